package rt_test

// This file tests where errors and panics go that nobody waits for.

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

func TestHandler(t *testing.T) {
	var r reports
	l := testbed.NewLoop(t)
	if l.Handler() != nil {
		t.Error("there is a handler")
	}
	l.SetHandler(func(err error) { r.errs = append(r.errs, err) })
	l.CallSoon(func() { bug(errMine) })
	rt.Start(l, do(func() error { return bug(errOther) }))
	l.CallSoon(func() { l.Report(errZero) })
	if _, err := rt.RunUntilComplete(l, rt.Sleep(ms)); err != nil {
		t.Error(err)
	}
	for _, want := range []error{errMine, errOther, errZero} {
		if !errors.Is(errors.Join(r.errs...), want) {
			t.Errorf("%v was not reported: %v", want, r.errs)
		}
	}
	var p *rt.Panic
	if len(r.errs) != 3 || !errors.As(r.errs[0], &p) || p.Task != nil {
		t.Errorf("reports: %v", r.errs)
	}
}

func TestHandlerThatPanics(t *testing.T) {
	var unhandled []error
	before := rt.HandleUnhandled(func(err error) { unhandled = append(unhandled, err) })
	t.Cleanup(func() { rt.HandleUnhandled(before) })
	l := testbed.NewLoop(t, rt.WithHandler(func(error) { panic("not again") }))
	l.CallSoon(func() { bug(errMine) })
	if _, err := rt.RunUntilComplete(l, rt.Sleep(ms)); err != nil {
		t.Error(err)
	}
	if len(unhandled) != 1 || !strings.Contains(unhandled[0].Error(), "not again") || !errors.Is(unhandled[0], errMine) {
		t.Errorf("unhandled: %v", unhandled)
	}
}

// If a handler ends the goroutine, as testing.T.Fatal does, nothing is lost that arrived
// together with the error it was called with.
func TestHandlerThatExits(t *testing.T) {
	l := testbed.NewLoop(t, rt.WithHandler(func(error) { runtime.Goexit() }))
	var f rt.Future[int]
	waiting := rt.Start(l, &f)
	release := make(chan int)
	abandoned := rt.Start(l, rt.ToThread(func() (int, error) { <-release; panic("boom") }).Abandonable())
	l.CallSoon(func() { l.CallSoon(func() { abandoned.Cancel(nil) }) })
	if _, err := rt.RunUntilComplete(l, abandoned); !isCanceled(err) {
		t.Fatal(err)
	}
	// The panic of the call arrives first, then the future.
	close(release)
	for rt.Arrived(l) == 0 {
		runtime.Gosched()
	}
	f.Set(7)
	done := make(chan int)
	go func() {
		defer close(done)
		rt.RunUntilComplete(l, rt.Sleep(ms))
		t.Error("the handler did not end the goroutine")
	}()
	<-done
	if v, err := rt.RunUntilComplete(l, waiting); v != 7 || err != nil {
		t.Errorf("%v, %v", v, err)
	}
	l.Close()
}
