package rt_test

// This file tests the loop: the order in which it does things.

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestCallSoonKeepsOrder(t *testing.T) {
	l := testbed.NewLoop(t)
	var tr trace
	for i := range 20 {
		l.CallSoon(func() { tr.add("%d", i) })
	}
	l.CallSoon(l.Stop)
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	for i, got := range tr {
		if got != fmt.Sprint(i) {
			t.Fatalf("callbacks ran as %v", tr)
		}
	}
}

func TestCallbacksOfACallbackRunInTheNextTurn(t *testing.T) {
	l := testbed.NewLoop(t)
	var tr trace
	l.CallSoon(func() {
		tr.add("a")
		l.CallSoon(func() { tr.add("a2"); l.Stop() })
	})
	l.CallSoon(func() { tr.add("b") })
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	tr.check(t, "a", "b", "a2")
}

func TestCallLaterAndCallAt(t *testing.T) {
	l := testbed.NewLoop(t)
	var tr trace
	note := func(s string) func() { return func() { tr.add("%v %s", l.Time(), s) } }
	l.CallLater(3*ms, note("c"))
	l.CallLater(1*ms, note("a"))
	l.CallAt(2*ms, note("b1"))
	l.CallAt(2*ms, note("b2"))
	l.CallLater(2*ms, note("b3"))
	l.CallLater(-time.Hour, note("at once"))
	l.CallSoon(note("soon"))
	l.CallLater(4*ms, l.Stop)
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	tr.check(t, "0s soon", "0s at once", "1ms a", "2ms b1", "2ms b2", "2ms b3", "3ms c")
}

func TestHandleCancel(t *testing.T) {
	l := testbed.NewLoop(t)
	var tr trace
	soon := l.CallSoon(func() { tr.add("soon") })
	later := l.CallLater(ms, func() { tr.add("later") })
	var due *rt.Handle
	l.CallLater(2*ms, func() { tr.add("cancels due: %v", due.Cancel()) })
	due = l.CallLater(2*ms, func() { tr.add("due") })
	called := l.CallSoon(func() { tr.add("called") })
	l.CallLater(3*ms, l.Stop)
	tr.add("%v %v %v", soon.Cancel(), later.Cancel(), later.Cancel())
	if l.Timers() != 3 {
		t.Errorf("%d timers after one of 4 was cancelled", l.Timers())
	}
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	tr.add("too late: %v", called.Cancel())
	tr.check(t, "true true false", "called", "cancels due: true", "too late: false")
}

func TestTurnRunsOnlyWhatWasReady(t *testing.T) {
	// Two tasks that are always ready do not keep a timer from firing or another goroutine from
	// getting in.
	l := testbed.NewLoop(t)
	stop := false
	spin := func() error {
		for !stop {
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		return nil
	}
	rt.Start(l, do(spin))
	rt.Start(l, do(spin))
	arrived := make(chan struct{})
	go func() {
		l.CallSoonThreadsafe(func() { close(arrived) })
	}()
	fired := false
	if _, err := rt.RunUntilComplete(l, do(func() error {
		due := rt.Current().Loop().CallLater(0, func() { fired = true })
		for !fired {
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		if due.Cancel() {
			return errors.New("timer fired twice")
		}
		for in := false; !in; {
			select {
			case <-arrived:
				in = true
			default:
				runtime.Gosched()
				if err := wait(rt.Yield()); err != nil {
					return err
				}
			}
		}
		stop = true
		return wait(rt.Sleep(0))
	})); err != nil {
		t.Fatal(err)
	}
	if _, err := rt.RunUntilComplete(l, rt.Yield()); err != nil {
		t.Fatal(err)
	}
}

// countingPoller counts the calls of Wait.
type countingPoller struct {
	rt.Poller
	asked int
}

func (p *countingPoller) Wait(timeout time.Duration) error {
	p.asked++
	return p.Poller.Wait(timeout)
}

func TestBusyLoopPollsNowAndThen(t *testing.T) {
	p := &countingPoller{Poller: rttest.NewPoller(new(rttest.Clock))}
	run(t, func() error {
		for range 6400 {
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		return nil
	}, rt.WithPoller(p))
	if p.asked < 95 || p.asked > 105 {
		t.Errorf("the poller was called %d times in 6400 steps, want once in 64 steps", p.asked)
	}
}

func TestCallSoonThreadsafeWakesAParkedLoop(t *testing.T) {
	l := testbed.RealLoop(t)
	const goroutines, calls = 8, 500
	count := 0
	last := make([]int, goroutines)
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			for i := range calls {
				if err := l.CallSoonThreadsafe(func() {
					count++
					if last[g] != i {
						t.Errorf("call %d of goroutine %d came after %d", i, g, last[g])
					}
					last[g]++
					if count == goroutines*calls {
						l.Stop()
					}
				}); err != nil {
					t.Error(err)
				}
				if i%50 == 0 {
					runtime.Gosched() // lets the loop park
				}
			}
		})
	}
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := l.CallSoonThreadsafe(func() {}); !errors.Is(err, rt.ErrLoopClosed) {
		t.Errorf("call to a closed loop: %v", err)
	}
}

// wakeups counts the wake-ups.
type wakeups struct {
	rt.Poller
	n int
}

func (w *wakeups) Wakeup() error { w.n++; return w.Poller.Wakeup() }

func TestWakeupOnlyIfParked(t *testing.T) {
	clock := new(rttest.Clock)
	w := &wakeups{Poller: rttest.NewPoller(clock)}
	run(t, func() error {
		l := rt.Current().Loop()
		for range 100 {
			if err := l.CallSoonThreadsafe(func() {}); err != nil {
				return err
			}
		}
		return wait(rt.Sleep(ms))
	}, rt.WithClock(clock), rt.WithPoller(w))
	if w.n != 0 {
		t.Errorf("a busy loop was woken %d times", w.n)
	}
}

func TestStopAndRunAgain(t *testing.T) {
	l := testbed.NewLoop(t)
	var tr trace
	rt.Start(l, do(func() error {
		for i := range 3 {
			tr.add("step %d", i)
			rt.Current().Loop().Stop()
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		tr.add("end")
		rt.Current().Loop().Stop()
		return nil
	}))
	for i := range 4 {
		tr.add("run %d", i)
		if err := l.RunForever(); err != nil {
			t.Fatal(err)
		}
	}
	tr.check(t, "run 0", "step 0", "run 1", "step 1", "run 2", "step 2", "run 3", "end")
}

func TestStopBeforeRun(t *testing.T) {
	l := testbed.NewLoop(t)
	var tr trace
	l.CallSoon(func() {
		tr.add("one")
		l.CallSoon(func() { tr.add("two"); l.Stop() })
	})
	l.Stop()
	for range 2 {
		if err := l.RunForever(); err != nil {
			t.Fatal(err)
		}
		tr.add("returned")
	}
	tr.check(t, "one", "returned", "two", "returned")
}

func TestRunUntilComplete(t *testing.T) {
	l := testbed.NewLoop(t)
	v, err := rt.RunUntilComplete(l, machine.Lockstep(func() (int, error) {
		return 7, errors.New("no luck")
	}))
	if v != 7 || err == nil || err.Error() != "no luck" {
		t.Errorf("result is %d, %v", v, err)
	}
	l.CallSoon(l.Stop)
	_, err = rt.RunUntilComplete(l, rt.Sleep(ms))
	if err == nil || err.Error() != "event loop was stopped before task-2 (rt.SleepOp) had ended" {
		t.Errorf("stopped: %v", err)
	}
	if _, err = rt.RunUntilComplete(l, rt.Sleep(2*ms)); err != nil { // the first task ends in the meantime
		t.Error(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, err = rt.RunUntilComplete(l, rt.Sleep(0)); err != rt.ErrLoopClosed {
		t.Errorf("closed: %v", err)
	}
	if err := l.RunForever(); err != rt.ErrLoopClosed {
		t.Errorf("closed: %v", err)
	}
}

func TestLoopMisuse(t *testing.T) {
	run(t, func() error {
		l := rt.Current().Loop()
		const self = "rt_test.TestLoopMisuse"
		wantPanic(t, func() { rt.Run(rt.Sleep(0)) }, self, "runs an event loop on a goroutine that is running one already")
		wantPanic(t, func() { l.RunForever() }, self, "running")
		wantPanic(t, func() { l.Close() }, self, "running")
		l.CallSoon(func() {
			wantPanic(t, func() { rt.Run(rt.Sleep(0)) }, self, "rt.ToThread")
			other := testbed.NewLoop(t)
			wantPanic(t, func() { other.RunForever() }, self, "runs an event loop on a goroutine that is running one already")
			wantPanic(t, func() { rt.Current() }, self, "in a callback of the event loop")
		})
		return wait(rt.Yield())
	})
	wantPanic(t, func() { rt.Current() }, "rt_test.TestLoopMisuse", "outside of one")
}

func TestSeveralLoopsAtOnce(t *testing.T) {
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			v, err := testbed.RunReal(t, machine.Lockstep(func() (int, error) {
				total := 0
				for i := range 100 {
					task := rt.Spawn(rt.Current(), machine.Lockstep(func() (int, error) { return i, nil }))
					n, err := rt.Block(task)
					if err != nil {
						return 0, err
					}
					total += n
				}
				return total, nil
			}))
			if v != 4950 || err != nil {
				t.Errorf("result is %d, %v", v, err)
			}
		})
	}
	wg.Wait()
}

// failingPoller fails.
type failingPoller struct {
	rt.Poller
	err error
}

func (p *failingPoller) Wait(time.Duration) error { return p.err }

func TestPollerError(t *testing.T) {
	broken := errors.New("broken")
	p := &failingPoller{rttest.NewPoller(new(rttest.Clock)), broken}
	_, err := testbed.RunFake(t, rt.Shield[rt.Void](rt.Sleep(ms)), rt.WithPoller(p))
	if !errors.Is(err, broken) {
		t.Errorf("error is %v", err)
	}
	var stuck *rt.StuckError
	if !errors.As(err, &stuck) {
		t.Errorf("error is %v, want also the task that could not be ended", err)
	}
}

func TestRawDescriptors(t *testing.T) {
	clock := new(rttest.Clock)
	poller := rttest.NewPoller(clock)
	l := testbed.NewLoop(t, rt.WithClock(clock), rt.WithPoller(poller))
	poller.Serve(l)
	var tr trace
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(l.AddReader(5, func() { tr.add("old reader") }))
	check(l.AddReader(5, func() { tr.add("reader") }))
	check(l.AddWriter(5, func() { tr.add("writer"); tr.add("%v", l.RemoveWriter(5)) }))
	rounds := 0
	check(l.AddReader(6, func() {
		tr.add("six")
		if rounds++; rounds == 2 {
			l.Stop()
			return
		}
		poller.Ready(5, true, true)
		poller.Ready(6, true, true)
	}))
	poller.Ready(5, true, true)
	poller.Ready(6, true, false)
	check(l.RunForever())
	tr.check(t, "reader", "writer", "true", "six", "reader", "six")
	if !l.RemoveReader(5) || l.RemoveReader(5) || l.RemoveWriter(5) || !l.RemoveReader(6) || l.RemoveReader(7) {
		t.Error("RemoveReader or RemoveWriter reported the wrong result")
	}
	if poller.Watched(5) || poller.Watched(6) {
		t.Error("descriptors are still watched")
	}
}
