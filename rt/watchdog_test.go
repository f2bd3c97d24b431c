package rt_test

// This file tests the reports about a loop while one of its steps does not end.

import (
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

// unhandledReports collects, until the test ends, the errors that belong to no loop or cannot
// go to their loop.
type unhandledReports struct {
	mu   sync.Mutex
	errs []error
}

func collectUnhandled(t *testing.T) *unhandledReports {
	u := new(unhandledReports)
	before := rt.HandleUnhandled(func(err error) {
		u.mu.Lock()
		defer u.mu.Unlock()
		u.errs = append(u.errs, err)
	})
	t.Cleanup(func() { rt.HandleUnhandled(before) })
	return u
}

// take returns the errors reported since the last call.
func (u *unhandledReports) take() []error {
	u.mu.Lock()
	defer u.mu.Unlock()
	errs := u.errs
	u.errs = nil
	return errs
}

// stuckReport checks that errs is one report of a stuck step and returns it.
func stuckReport(t *testing.T, errs []error) *rt.StuckStepError {
	t.Helper()
	if len(errs) == 1 {
		if stuck, ok := errs[0].(*rt.StuckStepError); ok {
			return stuck
		}
	}
	t.Errorf("want one report of a stuck step, got %d: %v", len(errs), errs)
	return new(rt.StuckStepError)
}

// awaitLock waits until the goroutine that runs l waits for a sync.Mutex.
func awaitLock(l *rt.Loop) {
	for !strings.Contains(rt.Trace(l), "[sync.Mutex.Lock") {
		runtime.Gosched()
	}
}

//go:noinline
func lockAcrossAwait(mu *sync.Mutex) { mu.Lock() }

// whileStuck runs l until one of its tasks, a callback or the handler waits for a sync.Mutex
// that another task holds across an await. It then calls fn on another goroutine. After that it
// unlocks the mutex in place of the task that holds it, so that the loop can end.
func whileStuck(t *testing.T, l *rt.Loop, how string, fn func()) {
	t.Helper()
	var mu sync.Mutex
	step := func() { lockAcrossAwait(&mu); mu.Unlock() }
	over := make(chan struct{})
	go func() {
		defer close(over)
		defer mu.Unlock()
		awaitLock(l)
		fn()
	}()
	_, err := rt.RunUntilComplete(l, do(func() error {
		self := rt.Current()
		self.SetName("holder")
		mu.Lock()
		switch how {
		case "lock-step":
			rt.Spawn(self, do(func() error { step(); return nil })).SetName("second")
		case "machine":
			rt.Spawn(self, pollFunc[rt.Void](func(*rt.Task) (rt.Void, error, bool) { step(); return rt.Void{}, nil, true })).SetName("second")
		case "eager":
			rt.SpawnEager(self, do(func() error { step(); return nil }))
		case "callback":
			l.CallSoon(step)
		case "handler":
			l.SetHandler(func(error) { l.SetHandler(nil); step() })
			rt.SendCall(l, func() { l.Report(errMine) })
		}
		return wait(rt.Sleep(ms))
	}))
	<-over
	if err != nil {
		t.Error(err)
	}
}

var waysToBeStuck = map[string]string{ // names of those who are stuck
	"lock-step": "second (do)",
	"machine":   "second (rt_test.pollFunc)",
	"eager":     "holder (do)",
	"callback":  "",
	"handler":   "",
}

func TestStuckStepIsReportedWhileItLasts(t *testing.T) {
	for how, who := range waysToBeStuck {
		t.Run(how, func(t *testing.T) {
			unhandled := collectUnhandled(t)
			var r reports
			l, _ := debugLoop(t, &r)
			var watch rt.Stopwatch
			watch.Watch(l)
			whileStuck(t, l, how, func() {
				watch.Advance(999 * ms)
				if errs := unhandled.take(); len(errs) > 0 {
					t.Errorf("too early: %v", errs)
				}
				watch.Advance(ms)
				stuck := stuckReport(t, unhandled.take())
				if stuck.Loop != l || stuck.Task != who || stuck.Lasts != time.Second ||
					!strings.Contains(stuck.Stack, "[sync.Mutex.Lock") || !strings.Contains(stuck.Stack, "rt_test.lockAcrossAwait(") {
					t.Errorf("got %#v", stuck)
				}
				if text := stuck.Error(); !strings.HasPrefix(text, who) || !strings.Contains(text, " has held up the event loop for 1s and does so still: a sync.Mutex ") {
					t.Errorf("it says %q", text)
				}
				watch.Advance(time.Hour)
				if errs := unhandled.take(); len(errs) > 0 {
					t.Errorf("again: %v", errs)
				}
			})
			if watch.Armed() {
				t.Error("the alarm is set although no step is running")
			}
			if errs := unhandled.take(); len(errs)+len(r.errs) > 0 {
				t.Errorf("later: %v, %v", errs, r.errs)
			}
		})
	}
}

func TestAdviceForAStuckStep(t *testing.T) {
	testbed.Clean(t)
	for state, advice := range map[string]string{
		"sleep":                         "time.Sleep stops all tasks: await rt.Sleep",
		"sleep, 3 minutes":              "time.Sleep stops all tasks: await rt.Sleep",
		"sync.Mutex.Lock":               "a sync.Mutex that a task holds across an await stops all tasks: use package locks",
		"sync.RWMutex.RLock":            "a sync.Mutex that a task holds across an await stops all tasks: use package locks",
		"sync.WaitGroup.Wait (durable)": "a sync.WaitGroup or sync.Cond between tasks stops all of them: use an rt.TaskGroup",
		"chan receive":                  "a channel between tasks stops all of them: use a queue",
		"chan send (nil chan)":          "a channel between tasks stops all of them: use a queue",
		"select":                        "a channel between tasks stops all of them: use a queue",
		"IO wait":                       "a call of the system that waits stops all tasks: use packages netio and files",
		"syscall, locked to thread":     "a call of the system that waits stops all tasks: use packages netio and files",
		"running":                       "a long computation stops all tasks: pass it to rt.ToThread",
		"runnable":                      "a long computation stops all tasks: pass it to rt.ToThread",
		"GC assist wait":                "pass what blocks to rt.ToThread",
	} {
		e := &rt.StuckStepError{Lasts: time.Second, Stack: "goroutine 7 [" + state + "]:\nmain.f()"}
		if text := e.Error(); !strings.HasPrefix(text, "a callback has held up the event loop for 1s and does so still: "+advice) {
			t.Errorf("[%s]: it says %q", state, text)
		}
	}
}

func TestSetStuckStep(t *testing.T) {
	unhandled := collectUnhandled(t)
	var r reports
	l, _ := debugLoop(t, &r)
	var watch rt.Stopwatch
	watch.Watch(l)
	l.SetStuckStep(20 * ms)
	for range 2 { // one report for each step
		whileStuck(t, l, "machine", func() {
			watch.Advance(19 * ms)
			if errs := unhandled.take(); len(errs) > 0 {
				t.Errorf("too early: %v", errs)
			}
			watch.Advance(ms)
			stuckReport(t, unhandled.take())
		})
	}
	l.SetStuckStep(0)
	whileStuck(t, l, "machine", func() {
		if watch.Armed() {
			t.Error("the watchdog watches although it was turned off")
		}
	})
}

// If the timer goes off when its step has just ended, it does not report the next step.
func TestLateAlarmIsNotOfTheNextStep(t *testing.T) {
	unhandled := collectUnhandled(t)
	var r reports
	l, _ := debugLoop(t, &r)
	var watch rt.Stopwatch
	watch.Watch(l)
	l.CallSoon(func() { watch.Advance(999 * ms) })
	l.CallSoon(func() { watch.RingLate(); watch.Advance(999 * ms); watch.RingLate() })
	if _, err := rt.RunUntilComplete(l, rt.Sleep(ms)); err != nil {
		t.Error(err)
	}
	watch.Advance(time.Hour)
	watch.RingLate() // no step is running
	l.CallSoon(func() { l.SetDebug(false); watch.Advance(time.Hour); watch.RingLate() })
	if _, err := rt.RunUntilComplete(l, rt.Sleep(ms)); err != nil {
		t.Error(err)
	}
	if errs := unhandled.take(); len(errs) > 0 {
		t.Errorf("reported: %v", errs)
	}
}

// The same with the timer of the system: the report ends the wait.
func TestStuckStepInRealTime(t *testing.T) {
	var mu sync.Mutex
	var stuck *rt.StuckStepError
	l := testbed.RealLoop(t, rt.WithDebug())
	l.SetSlowStep(time.Hour)
	l.SetStuckStep(ms)
	before := rt.HandleUnhandled(func(err error) {
		stuck, _ = err.(*rt.StuckStepError)
		if stuck == nil || strings.Contains(stuck.Stack, "lockAcrossAwait") {
			mu.Unlock()
		}
	})
	t.Cleanup(func() { rt.HandleUnhandled(before) })
	_, err := rt.RunUntilComplete(l, do(func() error {
		mu.Lock()
		second := rt.Spawn(rt.Current(), do(func() error { lockAcrossAwait(&mu); return nil }))
		return wait(second)
	}))
	if err != nil || stuck == nil || stuck.Lasts < ms {
		t.Errorf("%v, report: %v", err, stuck)
	}
}

// Dump on another goroutine returns the same text as on the goroutine of the loop, while the
// loop runs and while it waits.
func TestDumpOnAnotherGoroutine(t *testing.T) {
	for _, debug := range []bool{false, true} {
		l := testbed.NewLoop(t)
		l.SetDebug(debug)
		_, err := rt.RunUntilComplete(l, do(func() error {
			self := rt.Current()
			self.SetName("main")
			a := rt.Spawn(self, rt.Sleep(time.Hour))
			a.SetName("a")
			defer wait(a)
			defer a.Cancel(nil)
			if err := wait(rt.Yield()); err != nil {
				return err
			}
			for _, dump := range []func() string{l.Dump, func() string { return rt.AskForDump(l, nil) }} {
				got, err := rt.Block(rt.ToThread(func() (string, error) { return dump(), nil }))
				for _, want := range []string{"main\n  . do  watchdog_test.go:", "\n\ta\n\t  . rt.SleepOp\n"} {
					if !strings.Contains(got, want) {
						t.Errorf("debug %v: no %q in\n%s%v", debug, want, got, err)
					}
				}
			}
			return nil
		}))
		if err != nil {
			t.Error(err)
		}
	}
}

func TestDumpOfAStuckLoop(t *testing.T) {
	late := make(chan time.Time)
	close(late)
	unhandled := collectUnhandled(t)
	for how, who := range waysToBeStuck {
		for _, debug := range []bool{false, true} {
			var r reports
			l, _ := debugLoop(t, &r)
			var watch rt.Stopwatch
			watch.Watch(l)
			l.SetDebug(debug)
			whileStuck(t, l, how, func() {
				watch.Advance(3 * time.Second)
				got := rt.AskForDump(l, late)
				if debug {
					stuckReport(t, unhandled.take())
				}
				want := "the event loop does not answer\ngoroutine "
				if debug {
					if who == "" {
						who = "a callback"
					}
					want = "the event loop does not answer: " + who + " has held it up for 3s\ngoroutine "
				}
				if !strings.HasPrefix(got, want) || !strings.Contains(got, "rt_test.lockAcrossAwait(") {
					t.Errorf("%s, debug %v: got %s", how, debug, got)
				}
			})
		}
	}
}
