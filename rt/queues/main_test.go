package queues_test

// This file gives the tests of the package short names for package testbed.

import (
	"fmt"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

func TestMain(m *testing.M) { testbed.Main(m) }

const ms = time.Millisecond

var (
	do         = testbed.Do
	settle     = testbed.Settle
	start      = testbed.Start
	isCanceled = testbed.IsCanceled
	isTimeout  = testbed.IsTimeout
	noError    = testbed.NoError
	wantPanic  = testbed.WantPanic
)

func want[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	testbed.Want(t, what, got, want)
}

func wait[T any](x rt.Expr[T]) error { return testbed.Wait(x) }

// run runs fn as the main task of a loop for tests.
func run(t *testing.T, fn func()) {
	t.Helper()
	if _, err := testbed.Run(t, do(func() error { fn(); return nil })); err != nil {
		t.Error(err)
	}
}

// attempt is run for a function that may fail.
func attempt(t *testing.T, fn func() error) {
	t.Helper()
	if _, err := testbed.Run(t, do(fn)); err != nil {
		t.Error(err)
	}
}

// spawn starts fn beside the current task.
func spawn(fn func() error) *rt.TaskOf[rt.Void] { return rt.Spawn(rt.Current(), do(fn)) }

// A trace lists what happened, in order.
type trace []string

func (tr *trace) add(format string, args ...any) { *tr = append(*tr, fmt.Sprintf(format, args...)) }

func (tr *trace) check(t *testing.T, want ...string) { t.Helper(); testbed.WantTrace(t, *tr, want...) }

// A pollFunc is a coroutine whose Poll is the function.
type pollFunc[T any] func(t *rt.Task) (T, error, bool)

func (f pollFunc[T]) Poll(t *rt.Task) (T, error, bool) { return f(t) }
