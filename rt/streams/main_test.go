package streams_test

// This file gives the tests of the package short names for package testbed.

import (
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

func TestMain(m *testing.M) { testbed.Main(m) }

var (
	do     = testbed.Do
	spawn  = testbed.Spawn
	yields = testbed.Yields
)

func await[T any](x rt.Expr[T]) (T, error) { return rt.Block(x) }

func wait[T any](x rt.Expr[T]) error { return testbed.Wait(x) }

// run runs fn as the main task of a loop for tests.
func run(t *testing.T, fn func() error) {
	t.Helper()
	if _, err := testbed.Run(t, do(fn)); err != nil {
		t.Error(err)
	}
}
