package rt_test

// This file tests debug mode, and observers, on which debug mode is built.

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// reports collects the errors that go to the handler of a loop.
type reports struct{ errs []error }

func (r *reports) option() rt.Option {
	return rt.WithHandler(func(err error) { r.errs = append(r.errs, err) })
}

// debugLoop returns a loop in debug mode and its clock.
func debugLoop(t *testing.T, r *reports) (*rt.Loop, *rttest.Clock) {
	clock := new(rttest.Clock)
	poller := rttest.NewPoller(clock)
	l := testbed.NewLoop(t, rt.WithClock(clock), rt.WithPoller(poller), rt.WithDebug(), r.option())
	poller.Serve(l)
	return l, clock
}

func TestDebugIsOffByDefault(t *testing.T) {
	l := testbed.NewLoop(t)
	if l.Debug() {
		t.Error("debug mode is on")
	}
	l.SetDebug(true)
	l.SetDebug(true)
	if !l.Debug() {
		t.Error("debug mode is off")
	}
	l.SetDebug(false)
	if l.Debug() {
		t.Error("debug mode is on again")
	}
}

func TestSlowSteps(t *testing.T) {
	var r reports
	l, clock := debugLoop(t, &r)
	l.SetSlowStep(50 * ms)
	l.CallSoon(func() { clock.Advance(49 * ms) })
	l.CallSoon(func() { clock.Advance(50 * ms) })
	_, err := rt.RunUntilComplete(l, do(func() error {
		rt.Current().SetName("slow")
		clock.Advance(70 * ms)
		_, err := rt.Block(rt.Sleep(time.Hour))
		return err
	}))
	if err != nil {
		t.Error(err)
	}
	if len(r.errs) != 2 {
		t.Fatalf("%d reports: %v", len(r.errs), r.errs)
	}
	var slow *rt.SlowStepError
	if !errors.As(r.errs[0], &slow) || slow.Took != 50*ms || slow.Task != "" {
		t.Errorf("first: %v", r.errs[0])
	}
	if !errors.As(r.errs[1], &slow) || slow.Took != 70*ms || slow.Task != "slow (do)" || !strings.Contains(slow.Where, "debug_test.go:") {
		t.Errorf("second: %v, %#v", r.errs[1], slow)
	}
}

// The stack of a slow step is sampled while it runs: the report contains the line that blocks.
func TestSlowStepIsSampled(t *testing.T) {
	for name, wrap := range map[string]func(step func()) rt.Expr[rt.Void]{
		"lock-step": func(step func()) rt.Expr[rt.Void] { return do(func() error { step(); return nil }) },
		"machine": func(step func()) rt.Expr[rt.Void] {
			return pollFunc[rt.Void](func(*rt.Task) (rt.Void, error, bool) { step(); return rt.Void{}, nil, true })
		},
	} {
		t.Run(name, func(t *testing.T) {
			var r reports
			l, clock := debugLoop(t, &r)
			l.SetSlowStep(ms)
			_, err := rt.RunUntilComplete(l, wrap(func() {
				for !l.Sampled() {
					blockingCall()
				}
				clock.Advance(time.Second)
			}))
			if err != nil || len(r.errs) != 1 {
				t.Fatalf("%v, reports: %v", err, r.errs)
			}
			var slow *rt.SlowStepError
			if !errors.As(r.errs[0], &slow) || !strings.Contains(slow.Stack, "blockingCall") && !strings.Contains(slow.Stack, "TestSlowStepIsSampled") {
				t.Errorf("got %v", r.errs[0])
			}
		})
	}
}

//go:noinline
func blockingCall() { runtime.Gosched() }

func TestNeverAwaited(t *testing.T) {
	var r reports
	l, _ := debugLoop(t, &r)
	_, err := rt.RunUntilComplete(l, do(func() error {
		greetAsync("nobody")
		if err := wait(greetAsync("somebody")); err != nil {
			return err
		}
		for len(r.errs) == 0 {
			runtime.GC()
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
	var never *rt.NeverAwaitedError
	if len(r.errs) != 1 || !errors.As(r.errs[0], &never) || never.Coroutine != "rt_test.greet" || !strings.HasPrefix(never.Made, "rt_test.TestNeverAwaited") || !strings.Contains(never.Made, "debug_test.go:") {
		t.Errorf("reports: %v", r.errs)
	}
}

// In debug mode two tasks cannot share a coroutine, whatever the coroutine does.
func TestCoroutineInTwoTasksInDebugMode(t *testing.T) {
	var r reports
	l, _ := debugLoop(t, &r)
	yields := do(func() error { return wait(rt.Yield()) })
	rt.Start(l, yields)
	rt.Start(l, yields)
	if _, err := rt.RunUntilComplete(l, rt.Sleep(ms)); err != nil {
		t.Error(err)
	}
	if len(r.errs) != 1 || !strings.Contains(r.errs[0].Error(), "task-2 (do) awaits what task-1 (do) has begun to await") &&
		!strings.Contains(r.errs[0].Error(), "task-1 (do) awaits what task-2 (do) has begun to await") {
		t.Errorf("reports: %v", r.errs)
	}
}

func TestWrongGoroutine(t *testing.T) {
	var r reports
	l, _ := debugLoop(t, &r)
	_, err := rt.RunUntilComplete(l, do(func() error {
		self := rt.Current()
		handle := l.CallLater(time.Hour, func() {})
		defer handle.Cancel()
		for name, misuse := range map[string]func(){
			"Loop.CallSoon": func() { l.CallSoon(func() {}) },
			"Loop.CallAt":   func() { l.CallLater(ms, func() {}) },
			"Handle.Cancel": func() { handle.Cancel() },
			"Start":         func() { rt.Spawn(self, rt.Yield()) },
			"Task.Cancel":   func() { self.Cancel(nil) },
			"Task.Wake":     func() { self.Wake() },

			"Loop.Watch":        func() { l.Watch(1, nil) },
			"Loop.Unwatch":      func() { l.Unwatch(1) },
			"Loop.AddReader":    func() { l.AddReader(1, func() {}) },
			"Loop.AddWriter":    func() { l.AddWriter(1, func() {}) },
			"Loop.RemoveReader": func() { l.RemoveReader(1) },
			"Loop.RemoveWriter": func() { l.RemoveWriter(1) },
		} {
			// The misuse happens while the task is suspended. Otherwise it would also be a
			// race.
			suspended := make(chan int)
			l.CallSoon(func() { close(suspended) })
			v, _ := rt.Block(rt.ToThread(func() (any, error) { <-suspended; return panicOf(misuse), nil }))
			if text := fmt.Sprint(v); !strings.Contains(text, "calls "+name+" on a goroutine that does not run its event loop") {
				t.Errorf("%s: %v", name, v)
			}
		}
		return nil
	}))
	if err != nil || len(r.errs) > 0 {
		t.Error(err, r.errs)
	}
}

func TestSpawnedAt(t *testing.T) {
	var r reports
	l, _ := debugLoop(t, &r)
	task := rt.Start(l, rt.Yield())
	if at := task.SpawnedAt(); !strings.HasPrefix(at, "rt_test.TestSpawnedAt ") || !strings.Contains(at, "debug_test.go:") {
		t.Errorf("spawned at %q", at)
	}
	if _, err := rt.RunUntilComplete(l, task); err != nil {
		t.Error(err)
	}
}

// A noting is an observer that records what happens.
type noting struct{ trace }

func (n *noting) Started(t *rt.Task) { n.add("%s started", t.Name()) }
func (n *noting) Ended(t *rt.Task)   { n.add("%s ended", t.Name()) }
func (n *noting) StepBegan(t *rt.Task) {
	if t == nil {
		n.add("callback began")
	} else {
		n.add("%s began", t.Name())
	}
}
func (n *noting) StepEnded(t *rt.Task) {
	if t == nil {
		n.add("callback ended")
	} else {
		n.add("%s suspends", t.Name())
	}
}

func TestObserver(t *testing.T) {
	l := testbed.NewLoop(t)
	var n noting
	stop := l.Observe(&n)
	l.CallSoon(func() {})
	if _, err := rt.RunUntilComplete(l, rt.Sleep(ms)); err != nil {
		t.Fatal(err)
	}
	stop()
	if _, err := rt.RunUntilComplete(l, rt.Sleep(ms)); err != nil {
		t.Fatal(err)
	}
	n.check(t, "task-1 started", "callback began", "callback ended", "task-1 began", "task-1 suspends",
		"task-1 began", "task-1 ended", "task-1 suspends")
}

func TestObserverSeesTheEndOfAPanic(t *testing.T) {
	var n noting
	var handled atomic.Bool
	l := testbed.NewLoop(t, rt.WithObserver(&n), rt.WithHandler(func(error) { handled.Store(true) }))
	l.CallSoon(func() { panic("boom") })
	l.CallLater(ms, l.Stop)
	if err := l.RunForever(); err != nil || !handled.Load() {
		t.Fatal(err)
	}
	n.check(t, "callback began", "callback ended", "callback began", "callback ended")
}

// Closing the loop reports each dropped coroutine once, although nothing has run the garbage
// collector before. It does not report coroutines that are still in use or have begun.
func TestNeverAwaitedIsReportedAtTheEnd(t *testing.T) {
	testbed.Clean(t)
	var kept rt.Coroutine[rt.Void]
	for range 20 {
		var reported []error
		_, err := testbed.RunFake(t, do(func() error {
			func() {
				for range 100 {
					if err := wait(do(func() error { return nil })); err != nil {
						t.Error(err)
					}
				}
				do(func() error { return nil })
				kept = do(func() error { return nil })
			}()
			return nil
		}), rt.WithDebug(), rt.WithHandler(func(err error) { reported = append(reported, err) }))
		if err != nil {
			t.Fatal(err)
		}
		if len(reported) != 1 || !errors.As(reported[0], new(*rt.NeverAwaitedError)) {
			t.Fatalf("reported: %v, want one coroutine", reported)
		}
		if _, err := testbed.RunFake(t, kept); err != nil {
			t.Error(err)
		}
	}
}
