package asyncgen_test

// This file tests where a panic of the function goes if nobody waits for the function.

import (
	"errors"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

// abandoned returns a generator whose function has ended as end does, after the time of a Next. The
// running task owns it.
func abandoned(t *testing.T, end func() error) *generator {
	g := numbers(func(y yielder) error {
		noError(t, wait(rt.Sleep(2*ms)))
		return end()
	})
	want(t, "timeout", isTimeout(pulled(rt.Timeout[rt.Two[int, bool]](ms, g.Next())).err), true)
	noError(t, wait(rt.Sleep(5*ms)))
	want(t, "state", g.String(), "numbers: closed")
	return g
}

func panics() error { panic(errBoom) }

func fails() error { return errBoom }

// The panic waits for whoever asks next. There is no handler: a panic that nobody is going to get
// would leave the loop.
func TestPanicWhileNobodyWaits(t *testing.T) {
	run(t, func() {
		g := abandoned(t, panics)
		wantPanic(t, func() { pulled(g.Next()) }, "boom")
		wantNext(t, g, over)
		wantClose(t, g, nil)

		g = abandoned(t, panics)
		wantPanic(t, func() { wait(g.Close()) }, "boom")
		wantClose(t, g, nil)
		wantNext(t, g, over)
	})
}

// The owner ends, and nobody has asked.
func TestPanicThatNobodyAsksFor(t *testing.T) {
	for name, end := range map[string]func() error{"a panic": panics, "an error": fails} {
		t.Run(name, func(t *testing.T) {
			reports := forgets(t, func(*trace) {
				var g *generator
				noError(t, wait(start(func() error { g = abandoned(t, end); return nil })))
				settle()
				if name == "a panic" { // nobody gets it twice
					wantNext(t, g, over)
					wantClose(t, g, nil)
				}
			})
			wantReports(t, reports, errBoom)
			wantReports(t, forgets(t, func(*trace) { abandoned(t, end) }), errBoom) // the main task ends, and the loop
		})
	}
	var left any
	func() {
		defer func() { left = recover() }()
		testbed.RunFake(t, do(func() error { abandoned(t, panics); return nil })) // there is no handler
	}()
	want(t, "panic", left, any(errBoom))
}

// The new owner gets what the old one has not asked for.
func TestOwnAfterAFailure(t *testing.T) {
	for name, end := range map[string]func() error{"a panic": panics, "an error": fails} {
		t.Run(name, func(t *testing.T) {
			reports := forgets(t, func(*trace) {
				var g *generator
				noError(t, wait(start(func() error { g = abandoned(t, end); return nil })))
				g.Own(rt.Current())
				settle()
				var err error
				if v := testbed.PanicOf(func() { err = pulled(g.Next()).err }); v != nil {
					err = v.(error)
				}
				want(t, "outcome", errors.Is(err, errBoom), true)
				g.Own(rt.Current())
			})
			wantReports(t, reports)
		})
	}
}

// A Close is waiting when the owner ends.
func TestPanicInTheCleanUpWhenTheOwnerEnds(t *testing.T) {
	reports := forgets(t, func(*trace) {
		var closing *rt.TaskOf[rt.Void]
		noError(t, wait(start(func() error {
			g := numbers(func(y yielder) error {
				y.yield(1)
				noError(t, wait(rt.Sleep(5*ms)))
				panic(errBoom)
			})
			wantNext(t, g, value(1))
			closing = start(func() error { return wait(g.Close()) })
			return nil
		})))
		wantPanic(t, func() { wait(closing) }, "boom")
	})
	wantReports(t, reports)
}
