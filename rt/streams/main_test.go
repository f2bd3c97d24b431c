package streams_test

// This file is what the tests of the package have in common.

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func do(fn func() error) rt.Coroutine[rt.Void] {
	return rt.Lockstep(func() (rt.Void, error) { return rt.Void{}, fn() })
}

func await[T any](x rt.Expr[T]) (T, error) { return rt.Block(x) }

func wait[T any](x rt.Expr[T]) error {
	_, err := rt.Block(x)
	return err
}

func spawn(fn func() error) *rt.TaskOf[rt.Void] { return rt.Spawn(rt.Current(), do(fn)) }

// yields lets the other tasks run for n turns.
func yields(n int) {
	for range n {
		if err := wait(rt.Yield()); err != nil {
			panic(err)
		}
	}
}

// run runs fn as the main task of a loop for tests.
func run(t *testing.T, fn func() error) {
	t.Helper()
	if _, err := rttest.Run(t, do(fn)); err != nil {
		t.Error(err)
	}
}
