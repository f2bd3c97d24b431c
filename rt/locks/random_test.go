package locks_test

// This file lets tasks use conditions, barriers and Once at random, with cancellations at any
// moment, and checks what must always be true.

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Items pass through a buffer under two conditions that are notified one task at a time. Some
// of the tasks that wait are cancelled. If one of these took a notification with it, the others
// would wait for ever, and the loop would report that.
func TestConditionLosesNoNotification(t *testing.T) {
	seed := rttest.Seed(t)
	for round := range uint64(120) {
		r := rand.New(rand.NewPCG(seed, round))
		run(t, func() {
			const workers, each, limit = 3, 15, 2
			var l locks.Lock
			full, empty := locks.NewCondition(&l), locks.NewCondition(&l)
			items, taken, made := 0, 0, 0
			pause := func() {
				for range r.IntN(3) {
					noError(t, wait(rt.Yield()))
				}
			}
			put := func() error {
				if err := wait(l.Acquire()); err != nil {
					return err
				}
				defer l.Release()
				if err := wait(empty.WaitFor(func() bool { return items < limit })); err != nil {
					return err
				}
				items++
				made++
				full.Notify(1)
				return nil
			}
			over := false
			var tasks []rt.Expr[rt.Void]
			for range workers {
				tasks = append(tasks,
					do(func() error {
						for range each {
							if err := put(); err != nil {
								return err
							}
							pause()
						}
						return nil
					}),
					do(func() error { // takes what there is until all items were put
						for taken < workers*each {
							if err := wait(l.Acquire()); err != nil {
								return err
							}
							err := wait(full.WaitFor(func() bool { return items > 0 || taken >= workers*each }))
							if err == nil && items > 0 {
								items--
								taken++
								empty.Notify(1)
							}
							if taken >= workers*each {
								full.NotifyAll()
							}
							l.Release()
							if err != nil {
								return err
							}
							pause()
						}
						return nil
					}))
			}
			victim := func() error {
				for n := 0; !over && n < 500; n++ { // so that a task that waits for ever is found
					scope := rt.Current().OpenScope()
					afterTurns(r.IntN(15), func() { scope.Cancel(nil) })
					err := wait(full.Acquire())
					if err == nil {
						err = wait(full.Wait())
						if err == nil { // it was notified in place of another task
							full.Notify(1)
						}
						full.Release()
					}
					scope.Close()
					if err != nil && !isCanceled(err) {
						return err
					}
					if err := wait(rt.Yield()); err != nil {
						return err
					}
				}
				return nil
			}
			victims := rt.Spawn(rt.Current(), rt.Gather[rt.Void](do(victim), do(victim)))
			noError(t, wait(rt.Gather(tasks...)))
			over = true
			noError(t, wait(victims))
			want(t, "made", made, workers*each)
			want(t, "taken", taken, workers*each)
			want(t, "items", items, 0)
		})
		if t.Failed() {
			return
		}
	}
}

// afterTurns calls fn after the given number of turns of the loop.
func afterTurns(turns int, fn func()) {
	loop := rt.Current().Loop()
	var next func()
	next = func() {
		if turns--; turns < 0 {
			fn()
		} else {
			loop.CallSoon(next)
		}
	}
	next()
}

// Tasks that come to a barrier may leave it again. Rounds are complete: each has every index
// once.
func TestBarrierRoundsAreComplete(t *testing.T) {
	seed := rttest.Seed(t)
	for round := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, round))
		run(t, func() {
			const n = 3
			b := locks.NewBarrier(n)
			var passed [n]int
			var tasks []rt.Expr[rt.Void]
			for range 7 {
				tasks = append(tasks, do(func() error {
					for range 20 {
						i, err := rt.Block(rt.Timeout(ms*time.Duration(1+r.IntN(4)), b.Wait()))
						if err == nil {
							passed[i]++
						} else if !isTimeout(err) {
							return err
						}
						noError(t, wait(rt.Sleep(ms*time.Duration(r.IntN(4)))))
					}
					return nil
				}))
			}
			noError(t, wait(rt.Gather(tasks...)))
			want(t, "a barrier", b.String(), "barrier, 0/3 waiting")
			want(t, "every index", passed, [n]int{passed[0], passed[0], passed[0]})
			if passed[0] == 0 {
				t.Error("no round was complete")
			}
		})
	}
}

// Many tasks want a value, and one of them succeeds in computing it. All tasks that are not
// cancelled and do not fail by themselves have the value.
func TestOnceSucceedsOnce(t *testing.T) {
	seed, no := rttest.Seed(t), errors.New("no")
	for round := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, round))
		run(t, func() {
			var once locks.Once[int]
			succeeded := 0
			var tasks []rt.Expr[rt.Void]
			for id := range 10 {
				compute := machine.Lockstep(func() (int, error) {
					if err := wait(rt.Sleep(ms * time.Duration(r.IntN(4)))); err != nil {
						return 0, err
					}
					if r.IntN(3) == 0 {
						return 0, no
					}
					succeeded++
					return id, nil
				})
				tasks = append(tasks, do(func() error {
					v, err := rt.Block(rt.Timeout(ms*time.Duration(1+r.IntN(9)), once.Do(compute)))
					switch kept, ok := once.Get(); {
					case err == nil && (!ok || v != kept):
						t.Errorf("value %d, kept is %d, %v", v, kept, ok)
					case err != nil && err != no && !isTimeout(err):
						return err
					}
					return nil
				}))
			}
			noError(t, wait(rt.Gather(tasks...)))
			if _, ok := once.Get(); ok != (succeeded == 1) || succeeded > 1 {
				t.Errorf("%d have computed it; kept: %v", succeeded, ok)
			}
		})
	}
}
