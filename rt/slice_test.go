package rt_test

// This file tests time slices. The tests end the slices themselves: nothing here waits for a
// clock.

import (
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

// loopOnce runs fn as the main task of a loop that runs what is ready in order.
func loopOnce(t *testing.T, fn func(l *rt.Loop) error) {
	t.Helper()
	l := testbed.FIFO(t)
	if _, err := rt.RunUntilComplete(l, do(func() error { return fn(l) })); err != nil {
		t.Error(err)
	}
}

// A step checks whether its slice is over after a number of operations. The number is a
// fraction of the number in the slice before, so a short slice makes the step check sooner.
func TestEndOfASliceEndsTheStep(t *testing.T) {
	loopOnce(t, func(l *rt.Loop) error {
		rt.SliceByFlag(l)
		var done rt.Future[int]
		done.Set(1)
		for _, test := range []struct{ ended, awaits, late int }{
			{10, 50, rt.LongestGrant},
			{10, 20, 0},
			{0, 20, rt.LongestGrant / 8},
		} {
			ran := false
			spawn(func() error { ran = true; return nil })
			for i := range test.awaits {
				if i == test.ended {
					rt.EndSlice(l)
				}
				before := ran
				if err := wait(&done); err != nil {
					return err
				}
				if before == ran {
					continue
				}
				if i < test.ended || i > test.ended+test.late {
					return want(false, "the other task ran at await %d of %+v", i, test)
				}
			}
			if !ran {
				return want(false, "the other task has not run: %+v", test)
			}
		}
		return nil
	})
}

// A step whose slice goes on has as many operations as a step on a loop without slices.
func TestChecksDoNotEndTheStep(t *testing.T) {
	loopOnce(t, func(l *rt.Loop) error {
		var done rt.Future[int]
		done.Set(1)
		length := func() (n int, err error) {
			if err := wait(rt.Yield()); err != nil { // a new step begins
				return 0, err
			}
			ran := false
			spawn(func() error { ran = true; return nil })
			for ; !ran; n++ {
				if err := wait(&done); err != nil {
					return 0, err
				}
			}
			return n, nil
		}
		counted, err := length()
		if err != nil {
			return err
		}
		rt.SliceByFlag(l)
		looked, err := length()
		if err != nil {
			return err
		}
		return want(counted == looked, "a step has %d operations, and with looks %d", counted, looked)
	})
}

// Runnables that are left when the slice ends wait until the loop has looked at timers,
// descriptors and other goroutines.
func TestEndOfASliceEndsTheBatch(t *testing.T) {
	loopOnce(t, func(l *rt.Loop) error {
		var trace []string
		for _, name := range []string{"a", "b", "c"} {
			spawn(func() error {
				if name == "b" {
					l.CallLater(0, func() {})
					rt.SendCall(l, func() { trace = append(trace, "inbox") })
					rt.EndSlice(l)
				}
				trace = append(trace, name)
				if name == "c" && l.Timers() > 1 { // there is another timer besides that of the sleep below
					return errors.New("the timer has not fired")
				}
				return nil
			})
		}
		if err := wait(rt.Sleep(ms)); err != nil {
			return err
		}
		testbed.WantTrace(t, trace, "a", "b", "inbox", "c")
		return nil
	})
}

// A loop that is stopped first runs what was ready, whether its slice ends or not.
func TestStopAtTheEndOfASlice(t *testing.T) {
	for _, stopper := range []string{"a", "b", "c"} {
		for _, ender := range []string{"", "a", "b", "c"} {
			t.Run(stopper+ender, func(t *testing.T) {
				l := testbed.FIFO(t)
				rt.SliceByFlag(l)
				var trace []string
				for _, name := range []string{"a", "b", "c"} {
					l.CallSoon(func() {
						trace = append(trace, name)
						if name == ender {
							rt.EndSlice(l)
						}
						if name == stopper {
							l.CallSoon(func() { trace = append(trace, "later") })
							l.Stop()
						}
					})
				}
				if err := l.RunForever(); err != nil {
					t.Fatal(err)
				}
				if ender == "" || ender >= stopper {
					testbed.WantTrace(t, trace, "a", "b", "c")
				} else if len(trace) < 3 { // the stop came in the turn after that slice
					t.Errorf("only %v have run", trace)
				}
			})
		}
	}
}

// Everything that other goroutines sent is processed once, in order, however often the end of a
// slice interrupts that.
func TestEndOfASliceEndsTheInbox(t *testing.T) {
	loopOnce(t, func(l *rt.Loop) error {
		const n = 100
		var got []int
		turns := 0
		for i := range n {
			rt.SendCall(l, func() {
				got = append(got, i)
				if i == 0 {
					rt.SendCall(l, func() { got = append(got, n) }) // comes after all the others
				}
				rt.EndSlice(l)
			})
		}
		for len(got) <= n {
			turns++
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		for i, v := range got {
			if i != v {
				return want(false, "arrival %d is %d", i, v)
			}
		}
		return want(turns >= n, "%d turns for %d slices", turns, n)
	})
}

// The loop does not wait while the inbox holds arrivals, even if the arrivals processed so far
// made nothing ready.
func TestEndOfASliceLeavesArrivals(t *testing.T) {
	loopOnce(t, func(l *rt.Loop) error {
		left := -1
		var f rt.Future[int]
		rt.SendCall(l, func() { rt.EndSlice(l); left = rt.Arrived(l) })
		l.CallSoonThreadsafe(func() { f.Set(1) })
		if err := wait(&f); err != nil {
			return err
		}
		return want(left == 1, "%d arrivals were left at the end of the slice", left)
	})
}

// A guest does not let its host wait while the inbox holds arrivals.
func TestEndOfASliceLeavesArrivalsOfAGuest(t *testing.T) {
	l := testbed.FIFO(t)
	task := rt.Start(l, do(func() error {
		var f rt.Future[int]
		rt.SendCall(l, func() { rt.EndSlice(l) })
		l.CallSoonThreadsafe(func() { f.Set(1) })
		return wait(&f)
	}))
	left := false
	for !task.Done() {
		pause, err := l.Turn()
		if err != nil {
			t.Fatal(err)
		}
		left = left || rt.Arrived(l) > 0
		if pause != 0 && !task.Done() {
			t.Fatalf("Turn returned a wait of %v with %d arrivals left", pause, rt.Arrived(l))
		}
	}
	if !left {
		t.Error("the end of the slice left no arrivals")
	}
}

// hookClock calls hook each time it is read.
type hookClock struct {
	rt.Clock
	hook func()
}

func (c *hookClock) Elapsed() time.Duration {
	if c.hook != nil {
		c.hook()
	}
	return c.Clock.Elapsed()
}

// stillClock stands still.
type stillClock struct{ now time.Duration }

func (stillClock) Epoch() time.Time         { return time.Time{} }
func (c stillClock) Elapsed() time.Duration { return c.now }

func TestEndOfASliceEndsTheTimers(t *testing.T) {
	testbed.Clean(t)
	clock := &hookClock{Clock: stillClock{}}
	_, err := testbed.RunReal(t, do(func() error {
		l := rt.Current().Loop()
		const n = 100
		fired, most := 0, 0
		for range n {
			l.CallLater(0, func() { fired++ })
		}
		clock.hook = func() { rt.EndSlice(l) } // the loop reads the clock before it fires timers
		defer func() { clock.hook = nil }()
		for fired < n {
			before := l.Timers()
			if err := wait(rt.Yield()); err != nil {
				return err
			}
			most = max(most, before-l.Timers())
		}
		return want(most == 1, "%d timers fired in one slice", most)
	}), rt.WithClock(clock))
	if err != nil {
		t.Error(err)
	}
}

// A loop that reads the clock itself ends the slice in time, however long an operation takes:
// not before half of the slice has passed, and not after two slices.
func TestLoopReadsTheClockItself(t *testing.T) {
	for _, cost := range []time.Duration{10 * time.Nanosecond, time.Microsecond, 20 * time.Microsecond, 100 * time.Microsecond} {
		t.Run(cost.String(), func(t *testing.T) {
			testbed.Clean(t)
			clock := new(movingClock)
			poller := new(notingPoller)
			_, err := testbed.RunReal(t, do(func() error {
				l := rt.Current().Loop()
				rt.LookYourself(l)
				var done rt.Future[int]
				done.Set(1)
				poller.ask = func() { poller.asked = append(poller.asked, clock.now) }
				for range 20_000 {
					clock.now += cost
					if err := wait(&done); err != nil {
						return err
					}
				}
				poller.ask = nil
				return nil
			}), rt.WithClock(clock), rt.WithPoller(poller))
			if err != nil {
				t.Fatal(err)
			}
			if clock.now < time.Millisecond {
				return // the operations take less than one slice
			}
			if len(poller.asked) < 3 {
				t.Fatalf("the poller was asked %d times in %v", len(poller.asked), clock.now)
			}
			for i, at := range poller.asked[1:] {
				if pause := at - poller.asked[i]; pause > time.Millisecond {
					t.Errorf("the poller was not asked for %v", pause)
				}
			}
		})
	}
}

// movingClock advances when a test tells it to.
type movingClock struct{ now time.Duration }

func (*movingClock) Epoch() time.Time         { return time.Time{} }
func (c *movingClock) Elapsed() time.Duration { return c.now }

// notingPoller watches no descriptors. It records its calls.
type notingPoller struct {
	ask   func()
	asked []time.Duration
}

func (*notingPoller) Add(int, rt.Readiness) error { return errors.ErrUnsupported }
func (*notingPoller) Remove(int) error            { return nil }
func (*notingPoller) Wakeup() error               { return nil }
func (*notingPoller) Close() error                { return nil }
func (p *notingPoller) Wait(time.Duration) error {
	if p.ask != nil {
		p.ask()
	}
	return nil
}

// On a loop with a clock or a seed of its own, which can repeat its work, only counts limit a
// step.
func TestSlicesNeedARealClock(t *testing.T) {
	testbed.Clean(t)
	for name, test := range map[string]struct {
		opts []rt.Option
		want bool
	}{
		"the system's clock": {nil, true},
		"a seed":             {[]rt.Option{rt.WithSeed(1)}, false},
		"another clock":      {[]rt.Option{rt.WithClock(stillClock{})}, false},
	} {
		l, err := rt.NewLoop(test.opts...)
		if err != nil {
			t.Fatal(err)
		}
		if got := rt.Sliced(l); got != test.want {
			t.Errorf("%s: slices %v", name, got)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}

// The timer runs while the loop is at work, and not while it waits.
func TestSliceTimer(t *testing.T) {
	if runtime.GOMAXPROCS(0) == 1 {
		t.Skip("with one processor, a loop reads the clock itself")
	}
	testbed.Clean(t)
	l, err := rt.NewLoop()
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var done rt.Future[int]
	done.Set(1)
	_, err = rt.RunUntilComplete(l, do(func() error {
		for range 3 {
			var rested rt.Future[int]
			go func() {
				for rt.SliceTimerRuns(l) {
					runtime.Gosched()
				}
				rested.Set(1)
			}()
			if err := wait(&rested); err != nil { // the loop waits, so the timer stops
				return err
			}
			for !rt.SliceTimerRuns(l) { // the loop is at work, so the timer starts
				if err := wait(&done); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// The timer also starts on a loop that is always at work but never has many steps in one turn,
// each with few operations. The end of a slice makes that loop ask the poller.
func TestSliceTimerStartsWithShortTurns(t *testing.T) {
	if runtime.GOMAXPROCS(0) == 1 {
		t.Skip("with one processor, a loop reads the clock itself")
	}
	testbed.Clean(t)
	poller := new(notingPoller)
	l, err := rt.NewLoop(rt.WithPoller(poller))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, err = rt.RunUntilComplete(l, do(func() error {
		for turns := 0; !rt.SliceTimerRuns(l); turns++ {
			if turns > 2*rt.FirstGrant {
				return want(false, "no timer after %d turns", turns)
			}
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		asked := 0
		poller.ask = func() { asked++ }
		rt.EndSlice(l)
		for range 3 { // far fewer turns than a loop needs that only counts
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		return want(asked > 0, "the poller was not asked")
	}))
	if err != nil {
		t.Error(err)
	}
}

// Steps whose awaits are ready read no clock except when the timer starts.
func TestReadyAwaitReadsNoClockBesideTheTimer(t *testing.T) {
	testbed.Clean(t)
	read := 0
	clock := &hookClock{Clock: stillClock{}}
	_, err := testbed.RunReal(t, do(func() error {
		var done rt.Future[int]
		done.Set(1)
		l := rt.Current().Loop()
		rt.SliceByFlag(l)
		if err := wait(rt.Yield()); err != nil {
			return err
		}
		clock.hook = func() { read++ }
		defer func() { clock.hook = nil }()
		for range 10_000 {
			if err := wait(&done); err != nil {
				return err
			}
		}
		return want(read == 0, "10,000 awaits read the clock %d times", read)
	}), rt.WithClock(clock))
	if err != nil {
		t.Error(err)
	}
}

// Steps whose awaits are ready read no clock, whatever ends their slices.
func TestReadyAwaitReadsNoClock(t *testing.T) {
	testbed.Clean(t)
	read := 0
	clock := &hookClock{Clock: stillClock{}, hook: func() { read++ }}
	_, err := testbed.RunReal(t, do(func() error {
		var done rt.Future[int]
		done.Set(1)
		rt.LookYourself(rt.Current().Loop())
		for range 10_000 { // until a step checks its slice seldom
			if err := wait(&done); err != nil {
				return err
			}
		}
		before := read
		for range 100 {
			if err := wait(&done); err != nil {
				return err
			}
		}
		return want(read-before <= 2, "100 awaits read the clock %d times", read-before)
	}), rt.WithClock(clock))
	if err != nil {
		t.Error(err)
	}
}

// The loop checks whether the timer runs only after it has recorded that it no longer waits.
// Otherwise the timer could stop in between, and the loop would go on without a timer. The
// clock shows when the loop checks. Nobody sends anything, because that would end the wait,
// too.
func TestLoopIsAwakeWhenItChecksTheTimer(t *testing.T) {
	testbed.Clean(t)
	moving := new(movingClock)
	clock := &hookClock{Clock: moving}
	poller := new(notingPoller)
	_, err := testbed.RunReal(t, do(func() error {
		l := rt.Current().Loop()
		rt.SliceByFlag(l)
		rt.LookYourself(l)
		rested := false // in the poller
		looks, asleep := 0, 0
		poller.ask = func() {
			if rt.Rests(l) {
				rested = true
				moving.now += ms
			}
		}
		clock.hook = func() {
			if !rested {
				return
			}
			looks++
			if rt.Rests(l) {
				asleep++
			}
		}
		defer func() { poller.ask, clock.hook = nil, nil }()
		if err := wait(rt.Sleep(ms)); err != nil {
			return err
		}
		return want(looks > 0 && asleep == 0, "%d of %d looks after the wait found that the loop waits", asleep, looks)
	}), rt.WithClock(clock), rt.WithPoller(poller))
	if err != nil {
		t.Error(err)
	}
}
