package rt_test

// This file is cases of CPython's test_base_events that the other tests do not
// cover. See testdata/asyncio/base_events.txt.

import (
	"errors"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

func TestClosedLoop(t *testing.T) {
	l := testbed.NewLoop(t)
	if l.Closed() || l.Running() {
		t.Error("a new loop is closed, or running")
	}
	l.CallSoon(func() {
		if !l.Running() || l.Closed() {
			t.Error("a loop that is running is not, or closed")
		}
		l.Stop()
	})
	if err := l.RunForever(); err != nil {
		t.Error(err)
	}
	ended := rt.Start(l, rt.Yield())
	for range 2 {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	if !l.Closed() || l.Running() {
		t.Error("a closed loop is not closed, or running")
	}
	if err := l.RunForever(); err != rt.ErrLoopClosed {
		t.Errorf("RunForever: %v", err)
	}
	if _, err := rt.RunUntilComplete(l, rt.Yield()); err != rt.ErrLoopClosed {
		t.Errorf("RunUntilComplete: %v", err)
	}
	if err := l.CallSoonThreadsafe(func() {}); err != rt.ErrLoopClosed {
		t.Errorf("CallSoonThreadsafe: %v", err)
	}
	for name, call := range map[string]func(){
		"CallSoon":  func() { l.CallSoon(func() {}) },
		"CallLater": func() { l.CallLater(ms, func() {}) },
		"CallAt":    func() { l.CallAt(0, func() {}) },
		"Start":     func() { rt.Start(l, rt.Yield()) },
	} {
		if v := panicOf(call); v != rt.ErrLoopClosed {
			t.Errorf("%s: panic with %v", name, v)
		}
	}
	if err := ended.Failure(); !isCanceled(err) {
		t.Errorf("what was left ended with %v", err)
	}
}

// A main task that panics leaves nothing behind that would stop the next run.
func TestRunAfterAPanic(t *testing.T) {
	l := testbed.NewLoop(t)
	if v := panicOf(func() { rt.RunUntilComplete(l, do(func() error { return bug(errMine) })) }); v != errMine {
		t.Errorf("panic with %v", v)
	}
	l.CallSoon(func() { bug(errOther) })
	main := do(func() error { return wait(rt.Sleep(100 * ms)) })
	if v := panicOf(func() { rt.RunUntilComplete(l, main) }); v != errOther {
		t.Errorf("panic with %v", v)
	}
	called := false
	l.CallSoon(func() { l.CallSoon(func() { called = true; l.Stop() }) })
	if err := l.RunForever(); err != nil || !called {
		t.Errorf("%v, called: %v", err, called)
	}
	if _, err := rt.RunUntilComplete(l, rt.Sleep(200*ms)); err != nil { // the one before ends meanwhile
		t.Error(err)
	}
}

func TestNegativeDelays(t *testing.T) {
	l := testbed.NewLoop(t)
	var tr trace
	l.CallLater(-1, func() { tr.add("a") })
	l.CallLater(-2, func() { tr.add("b"); l.Stop() })
	if err := l.RunForever(); err != nil {
		t.Error(err)
	}
	tr.check(t, "a", "b")
	if l.Time() != 0 {
		t.Errorf("time is %v", l.Time())
	}
}

// A thousand callbacks that are cancelled are gone.
func TestCancelledCallbacksAreForgotten(t *testing.T) {
	l := testbed.NewLoop(t)
	var handles []*rt.Handle
	for range 1000 {
		handles = append(handles, l.CallLater(1000*ms, func() { t.Error("called") }))
	}
	for _, h := range handles {
		if !h.Cancel() || h.Cancel() {
			t.Fatal("cancel")
		}
	}
	if n := l.Timers(); n != 0 {
		t.Errorf("%d timers", n)
	}
	soon := l.CallSoon(func() { t.Error("called") })
	soon.Cancel()
	l.CallSoon(l.Stop)
	if err := errors.Join(l.RunForever()); err != nil {
		t.Error(err)
	}
}
