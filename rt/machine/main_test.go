package machine_test

// This file gives the tests of the package short names for package testbed.

import (
	"fmt"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

func TestMain(m *testing.M) { testbed.Main(m) }

const ms = time.Millisecond

var (
	panicOf    = testbed.PanicOf
	isCanceled = testbed.IsCanceled
	wantPanic  = testbed.WantPanic
)

// Some tests look for the names of these two functions.

// do returns fn as a coroutine.
func do(fn func() error) rt.Coroutine[rt.Void] {
	return machine.Lockstep(func() (rt.Void, error) { return rt.Void{}, fn() })
}

// wait awaits x and drops its value.
func wait[T any](x rt.Expr[T]) error {
	_, err := rt.Block(x)
	return err
}

// run runs fn as the main task of a loop for tests.
func run(t *testing.T, fn func() error) {
	t.Helper()
	if _, err := testbed.Run(t, do(fn)); err != nil {
		t.Error(err)
	}
}

// A pollFunc is a coroutine whose Poll is the function.
type pollFunc[T any] func(t *rt.Task) (T, error, bool)

func (f pollFunc[T]) Poll(t *rt.Task) (T, error, bool) { return f(t) }
func (f pollFunc[T]) Awaitable() rt.Awaitable[T]       { return f }

// bug panics. Tests look for its name in stacks.
func bug(v any) error { panic(v) }

// onGoroutine calls fn on a goroutine of its own and reports whether it returned.
func onGoroutine(fn func()) (returned bool) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn()
		returned = true
	}()
	<-done
	return returned
}

// A trace lists what happened, in order.
type trace []string

func (tr *trace) add(format string, args ...any) { *tr = append(*tr, fmt.Sprintf(format, args...)) }

func (tr *trace) check(t *testing.T, want ...string) { t.Helper(); testbed.WantTrace(t, *tr, want...) }
