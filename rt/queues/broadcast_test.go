package queues_test

// This file tests broadcasts and watches.

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/queues"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestBroadcast(t *testing.T) {
	run(t, func() {
		b := queues.NewBroadcast[int](2)
		noError(t, b.Send(0)) // nobody receives
		var traces [3]trace
		var tasks []*rt.TaskOf[rt.Void]
		for i := range traces {
			r := b.Subscribe()
			tasks = append(tasks, start(func() error {
				defer r.Close()
				for {
					v, err := rt.Block(r.Get())
					var lagged *queues.LaggedError
					switch {
					case errors.As(err, &lagged):
						traces[i].add("missed %d", lagged.Missed)
						continue
					case err != nil:
						return err
					}
					traces[i].add("%d", v)
					if i > 0 {
						noError(t, wait(rt.Sleep(11*ms*time.Duration(i))))
					}
				}
			}))
		}
		want(t, "receivers", b.Receivers(), 3)
		for v := range 6 {
			noError(t, b.Send(v+1))
			wait(rt.Sleep(4 * ms))
		}
		b.Close()
		want(t, "error", b.Send(7), queues.ErrClosed)
		for _, task := range tasks {
			want(t, "error", wait(task), queues.ErrClosed)
		}
		want(t, "receivers", b.Receivers(), 0)
		traces[0].check(t, "1", "2", "3", "4", "5", "6")
		traces[1].check(t, "1", "2", "missed 2", "5", "6")
		traces[2].check(t, "1", "missed 3", "5", "6")
	})
}

func TestBroadcastReceiver(t *testing.T) {
	run(t, func() {
		wantPanic(t, func() { queues.NewBroadcast[int](0) }, "needs one")
		b := queues.NewBroadcast[int](1)
		r := b.Subscribe()
		get := func() *rt.TaskOf[int] {
			task := rt.Spawn(rt.Current(), r.Get())
			settle()
			return task
		}
		// Two Gets of one receiver get one value each.
		first, second := get(), get()
		noError(t, b.Send(1), b.Send(2))
		v, err := rt.Block(first)
		noError(t, err)
		w, err := rt.Block(second)
		noError(t, err)
		want(t, "values", fmt.Sprint(v, w), "1 2")
		want(t, "behind", r.Behind(), 0)
		// A cancelled Get takes no value.
		gone := get()
		gone.Cancel(nil)
		want(t, "cancelled", isCanceled(wait(gone)), true)
		noError(t, b.Send(3))
		want(t, "behind", r.Behind(), 1)
		kept := rt.On(r.Get())
		chosen, err := rt.Block(rt.Select(kept, rt.On(rt.NewFuture[int]())))
		noError(t, err)
		want[rt.Branch](t, "chosen", chosen, kept)
		v, err = kept.Result()
		noError(t, err)
		want(t, "value", v, 3)
		// A Get in a select that waits, and in one that chooses another branch.
		late := rt.On(rt.Sleep(ms))
		chosen, err = rt.Block(rt.Select(kept, late))
		noError(t, err)
		want[rt.Branch](t, "chosen", chosen, late)
		noError(t, b.Send(4), b.Send(5))
		_, err = rt.Block(r.Get())
		var lagged *queues.LaggedError
		want(t, "lagged", errors.As(err, &lagged) && lagged.Missed == 1, true)
		v, err = rt.Block(r.Get())
		noError(t, err)
		want(t, "value", v, 5)
		// The broadcast is closed while a Get waits.
		last := get()
		r.Close()
		r.Close()
		want(t, "error", wait(last), queues.ErrClosed)
		want(t, "error", wait(r.Get()), queues.ErrClosed)
		noError(t, b.Send(6))
	})
}

func TestWatch(t *testing.T) {
	run(t, func() {
		w := queues.NewWatch("a")
		want(t, "value", w.Value(), "a")
		var tr trace
		slow := w.Subscribe()
		want(t, "changed", slow.HasChanged(), false)
		quick := w.Subscribe()
		task := start(func() error {
			for {
				v, err := rt.Block(quick.Changed())
				if err != nil {
					return err
				}
				tr.add("%s", v)
			}
		})
		for _, v := range []string{"b", "c", "d"} {
			noError(t, w.Set(v))
			settle()
		}
		noError(t, w.Set("e"), w.Set("f")) // nothing runs between the two
		settle()
		tr.check(t, "b", "c", "d", "f")
		want(t, "changed", slow.HasChanged(), true)
		v, err := rt.Block(slow.Changed())
		noError(t, err)
		want(t, "value", v, "f")
		want(t, "timeout", isTimeout(wait(rt.Timeout(ms, slow.Changed()))), true)
		noError(t, w.Set("g"))
		want(t, "value", slow.Value(), "g")
		want(t, "timeout", isTimeout(wait(rt.Timeout(ms, slow.Changed()))), true)

		// A Changed in a select that chooses it, and in one that does not.
		changed, late := rt.On(slow.Changed()), rt.On(rt.Sleep(2*ms))
		chosen, err := rt.Block(rt.Select(changed, late))
		noError(t, err)
		want[rt.Branch](t, "chosen", chosen, late)
		rt.Current().Loop().CallLater(ms, func() { w.Set("h") })
		chosen, err = rt.Block(rt.Select(changed, late))
		noError(t, err)
		want[rt.Branch](t, "chosen", chosen, changed)

		settle()
		noError(t, w.Set("i"))
		w.Close()
		want(t, "error", w.Set("j"), queues.ErrClosed)
		want(t, "error", wait(task), queues.ErrClosed)
		tr.check(t, "b", "c", "d", "f", "g", "h", "i")
		v, err = rt.Block(slow.Changed()) // the value that was set before has not been seen
		noError(t, err)
		want(t, "value", v, "i")
		want(t, "error", wait(slow.Changed()), queues.ErrClosed)
	})
}

func TestWatchWakesAll(t *testing.T) {
	run(t, func() {
		w := queues.NewWatch(0)
		var tasks []rt.Expr[int]
		for range 3 {
			task := rt.Spawn(rt.Current(), w.Subscribe().Changed())
			tasks = append(tasks, task)
		}
		settle()
		noError(t, w.Set(1))
		list, err := rt.Block(rt.Timeout(ms, rt.Gather(tasks...)))
		noError(t, err)
		wantList(t, list, 1, 1, 1)
	})
}

// Receivers run at different speeds, and some of their Gets are cancelled or lose a select.
// Each value arrives once and in order, or is counted as missed.
func TestBroadcastAccountsForEveryValue(t *testing.T) {
	r := rand.New(rand.NewPCG(rttest.Seed(t), 0))
	const values = 200
	run(t, func() {
		b := queues.NewBroadcast[int](4)
		var tasks []rt.Expr[rt.Void]
		for id := range 5 {
			receiver := b.Subscribe()
			tasks = append(tasks, do(func() error {
				get, other := rt.On(receiver.Get()), new(locks.Event)
				for next := 0; next < values; {
					var v int
					var err error
					switch r.IntN(3) {
					case 0:
						v, err = rt.Block(receiver.Get())
					case 1:
						v, err = rt.Block(rt.Timeout(ms*time.Duration(r.IntN(3)), receiver.Get()))
					case 2:
						rt.Current().Loop().CallLater(ms*time.Duration(r.IntN(3)), other.Set)
						chosen, _ := rt.Block(rt.Select(rt.On(other.Wait()), get))
						other.Clear()
						if chosen != get {
							continue
						}
						v, err = get.Result()
					}
					var lagged *queues.LaggedError
					switch {
					case errors.As(err, &lagged):
						next += lagged.Missed
						continue
					case isTimeout(err):
						continue
					case err != nil:
						return err
					}
					if v != next {
						return fmt.Errorf("receiver %d: value %d, want %d", id, v, next)
					}
					next++
					if r.IntN(5) == 0 {
						wait(rt.Sleep(ms * time.Duration(r.IntN(8))))
					}
				}
				return nil
			}))
		}
		tasks = append(tasks, do(func() error {
			for v := range values {
				noError(t, b.Send(v))
				if r.IntN(2) == 0 {
					wait(rt.Sleep(ms * time.Duration(r.IntN(3))))
				}
			}
			return nil
		}))
		noError(t, wait(rt.Gather(tasks...)))
		wait(rt.Sleep(10 * ms)) // the last callbacks
	})
}
