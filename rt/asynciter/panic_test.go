package asynciter_test

// This file tests that a panic waits for the consumer.

import (
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asynciter"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

// panicking are adapters of which something panics after the first value, while nobody waits.
var panicking = map[string]func() iterator{
	"Buffered": func() iterator { return asynciter.Buffered(newScript(step{v: 1}, step{after: ms, panic: errBoom}), 3) },
	"Merge": func() iterator {
		return asynciter.Merge(upTo(1), newScript(step{after: ms, panic: errBoom}), newScript(step{after: time.Hour}))
	},
	"Map": func() iterator {
		return asynciter.Map(upTo(9), 3, func(v int) rt.Expr[int] {
			return do1(func() (int, error) {
				if v == 3 {
					wait(rt.Sleep(ms))
					panic(errBoom)
				}
				return v, nil
			})
		})
	},
}

func TestPanicWaitsForTheConsumer(t *testing.T) {
	for name, adapt := range panicking {
		t.Run(name, func(t *testing.T) {
			run(t, func() { // without a handler, a panic that nobody awaits leaves the loop
				it := adapt()
				wantNext(t, it, value(1))
				wait(rt.Sleep(10 * ms))
				wantPanic(t, func() { next(it) }, "boom")
				wantNext(t, it, over)
				wantClose(t, it, nil)

				it = adapt()
				wantNext(t, it, value(1))
				wait(rt.Sleep(10 * ms))
				wantPanic(t, func() { wait(it.Close()) }, "boom")
				wantNext(t, it, over)
				wantClose(t, it, nil)
			})
		})
	}
}

// If nobody asks, the panic is reported, with the stack of where it began.
func TestForgottenPanic(t *testing.T) {
	for name, adapt := range panicking {
		t.Run(name, func(t *testing.T) {
			var reports []string
			testbed.RunFake(t, do(func() error {
				wantNext(t, adapt(), value(1))
				return wait(rt.Sleep(10 * ms))
			}), rt.WithHandler(func(err error) { reports = append(reports, err.Error()) }))
			all := strings.Join(reports, "\n")
			for _, text := range []string{"boom", "asynciter_test."} {
				if !strings.Contains(all, text) {
					t.Errorf("the reports do not have %q: %s", text, all)
				}
			}
		})
	}
}

// The stack of a panic begins where the panic did.
func TestStackOfPanic(t *testing.T) {
	run(t, func() {
		it := panicking["Map"]()
		wantNext(t, it, value(1))
		wait(rt.Sleep(10 * ms))
		task := testbed.Spawn(func() error { next(it); return nil })
		wantPanic(t, func() { wait(task) }, "boom")
		if p := task.Panic(); !strings.Contains(string(p.Stack), "panic_test.go") {
			t.Errorf("stack:\n%s", p.Stack)
		}
		wantClose(t, it, nil)
	})
}
