package rt_test

// This file tests timers.

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestSleep(t *testing.T) {
	run(t, func() error {
		l := rt.Current().Loop()
		start := l.Time()
		for i := range 3 {
			if err := wait(rt.Sleep(ms)); err != nil {
				return err
			}
			if got, want := l.Time()-start, time.Duration(i+1)*ms; got != want {
				return fmt.Errorf("after %d sleeps of 1ms it is %v", i+1, got)
			}
		}
		for _, d := range []time.Duration{0, -time.Hour, math.MinInt64} {
			others := false
			spawn(func() error { others = true; return nil })
			if err := wait(rt.Sleep(d)); err != nil {
				return err
			}
			if err := wait(rt.Yield()); err != nil { // whatever order the loop shuffles
				return err
			}
			if !others || l.Time() != start+3*ms {
				return fmt.Errorf("sleep of %v: others ran: %v, it is %v", d, others, l.Time())
			}
		}
		return nil
	})
}

func TestSleepForever(t *testing.T) {
	run(t, func() error {
		if err := wait(rt.Sleep(ms)); err != nil { // the largest time is less than max from now
			return err
		}
		err := wait(rt.Timeout(ms, rt.Sleep(math.MaxInt64)))
		if !isTimeout(err) {
			return fmt.Errorf("error is %v", err)
		}
		return nil
	})
}

func TestSleepIsCancelled(t *testing.T) {
	run(t, func() error {
		l := rt.Current().Loop()
		task := rt.Spawn(rt.Current(), rt.Sleep(time.Hour))
		if err := wait(rt.Sleep(ms)); err != nil {
			return err
		}
		task.Cancel(nil)
		if err := wait(task); !isCanceled(err) || l.Timers() != 0 || l.Time() != ms {
			return fmt.Errorf("error is %v at %v, %d timers left", err, l.Time(), l.Timers())
		}
		return nil
	})
}

func TestSleepsEndInTheOrderOfTheirStart(t *testing.T) {
	l := fifo(t)
	var got []int
	for i := range 50 {
		rt.Start(l, do(func() error {
			err := wait(rt.Sleep(ms))
			got = append(got, i)
			return err
		}))
	}
	if _, err := rt.RunUntilComplete(l, rt.Sleep(2*ms)); err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(got) || len(got) != 50 {
		t.Errorf("order is %v", got)
	}
}

func TestTimersAgainstModel(t *testing.T) {
	testbed.Clean(t)
	// In any mixture of arming, cancelling and waiting, timers fire in the order of their
	// deadlines, and equal deadlines in the order of arming.
	rapid.Check(t, func(r *rapid.T) {
		clock := new(rttest.Clock)
		l, err := rt.NewLoop(rt.WithClock(clock), rt.WithPoller(rttest.NewPoller(clock)), rt.WithSeed(rapid.Uint64().Draw(r, "seed")))
		if err != nil {
			r.Fatal(err)
		}
		defer l.Close()
		type armed struct {
			when   time.Duration
			id     int
			handle *rt.Handle
		}
		var model []armed
		var got, want []int
		next := 0
		r.Repeat(map[string]func(*rapid.T){
			"arm": func(r *rapid.T) {
				for range rapid.IntRange(1, 20).Draw(r, "n") {
					id := next
					next++
					when := l.Time() + time.Duration(rapid.IntRange(0, 20).Draw(r, "when"))
					h := l.CallAt(when, func() { got = append(got, id) })
					model = append(model, armed{when, id, h})
				}
			},
			"cancel": func(r *rapid.T) {
				if len(model) == 0 {
					r.Skip()
				}
				i := rapid.IntRange(0, len(model)-1).Draw(r, "which")
				if !model[i].handle.Cancel() {
					r.Fatalf("timer %d was gone", model[i].id)
				}
				model = slices.Delete(model, i, i+1)
			},
			"wait": func(r *rapid.T) {
				until := l.Time() + time.Duration(rapid.IntRange(0, 15).Draw(r, "d"))
				l.CallAt(until, l.Stop)
				if err := l.RunForever(); err != nil {
					r.Fatal(err)
				}
				slices.SortStableFunc(model, func(a, b armed) int { return int(a.when - b.when) })
				for len(model) > 0 && model[0].when <= until {
					want = append(want, model[0].id)
					model = model[1:]
				}
			},
			"": func(r *rapid.T) {
				if !slices.Equal(got, want) {
					r.Fatalf("fired %v, want %v", got, want)
				}
				if l.Timers() != len(model) {
					r.Fatalf("%d timers, want %d", l.Timers(), len(model))
				}
			},
		})
	})
}

func TestRealClock(t *testing.T) {
	l := testbed.RealLoop(t)
	before := time.Now()
	start := l.Time()
	const d = 2 * ms
	if _, err := rt.RunUntilComplete(l, rt.Sleep(d)); err != nil {
		t.Fatal(err)
	}
	if l.Time()-start < d || l.Now().Sub(before) < d {
		t.Errorf("slept %v, less than %v", l.Time()-start, d)
	}
}
