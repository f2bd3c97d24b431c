package rt_test

// This file ports cases of CPython's test_base_events and test_events that the other tests do
// not cover. See testdata/asyncio.

import (
	"errors"
	"regexp"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestClosedLoop(t *testing.T) {
	l := testbed.NewLoop(t)
	if l.Closed() || l.Running() {
		t.Error("a new loop reports that it is closed or running")
	}
	l.CallSoon(func() {
		if !l.Running() || l.Closed() {
			t.Error("a running loop reports that it is closed or not running")
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
		t.Error("a closed loop reports that it is not closed or is running")
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
		t.Errorf("the remaining task ended with %v", err)
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
	if _, err := rt.RunUntilComplete(l, rt.Sleep(200*ms)); err != nil { // the task of the first run ends in the meantime
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

// A thousand cancelled callbacks leave nothing behind.
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

func noop() {}

func TestHandleString(t *testing.T) {
	l := fifo(t)
	soon, later := l.CallSoon(noop), l.CallLater(2*ms, noop)
	l.CallLater(3*ms, l.Stop)
	check := func(h *rt.Handle, pattern string, at time.Duration) {
		t.Helper()
		if text := h.String(); !regexp.MustCompile("^" + pattern + "$").MatchString(text) {
			t.Errorf("it reads %q, want %s", text, pattern)
		}
		if when, waiting := h.When(); when != at || waiting != (at > 0) {
			t.Errorf("due at %v, %v; want %v", when, waiting, at)
		}
	}
	const name = `callback rt_test\.noop loop_cases_test\.go:\d+`
	check(soon, name, 0)
	check(later, name+" due at 2ms", 2*ms)
	cancelled := l.CallAt(ms, noop)
	check(cancelled, name+" due at 1ms", ms)
	for range 2 {
		cancelled.Cancel()
		check(cancelled, `callback \(called or cancelled\)`, 0)
	}
	if err := l.RunForever(); err != nil {
		t.Error(err)
	}
	check(soon, `callback \(called or cancelled\)`, 0)
	check(later, `callback \(called or cancelled\)`, 0)
}

// sleepless calls its own Wakeup from Wait, as another goroutine would. Wakeup fails.
type sleepless struct {
	rt.Poller
	loop *rt.Loop
	err  error
	got  error
}

func (p *sleepless) Wakeup() error { return p.err }

func (p *sleepless) Wait(timeout time.Duration) error {
	if timeout != 0 {
		p.got = p.loop.CallSoonThreadsafe(p.loop.Stop)
	}
	return p.Poller.Wait(0)
}

// Whoever cannot wake a loop gets the error.
func TestWakeupFails(t *testing.T) {
	p := &sleepless{Poller: rttest.NewPoller(new(rttest.Clock)), err: errors.New("broken")}
	p.loop = testbed.NewLoop(t, rt.WithPoller(p))
	if err := p.loop.RunForever(); err != nil || p.got != p.err {
		t.Errorf("%v; the call failed with %v", err, p.got)
	}
}
