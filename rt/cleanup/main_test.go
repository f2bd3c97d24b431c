package cleanup_test

// This file gives the tests of the package short names for package testbed.

import (
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

func TestMain(m *testing.M) { testbed.Main(m) }

var (
	do         = testbed.Do
	start      = testbed.Start
	isCanceled = testbed.IsCanceled
	noError    = testbed.NoError
	wantPanic  = testbed.WantPanic
)

func want[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	testbed.Want(t, what, got, want)
}

func wait[T any](x rt.Expr[T]) error { return testbed.Wait(x) }

// run runs fn as the main task of a loop for tests.
func run(t *testing.T, fn func(), opts ...rt.Option) {
	t.Helper()
	if _, err := testbed.Run(t, do(func() error { fn(); return nil }), opts...); err != nil {
		t.Error(err)
	}
}

// A trace lists what happened, in order.
type trace []string

func (tr *trace) add(event string) { *tr = append(*tr, event) }

func (tr *trace) check(t *testing.T, want ...string) { t.Helper(); testbed.WantTrace(t, *tr, want...) }
