package rt_test

// This file contains what the tests of the package share. They run coroutines on the reference
// backend, where a test reads from top to bottom, on loops with a fake clock and a shuffled
// order (see package testbed).

import (
	"fmt"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

func TestMain(m *testing.M) {
	rt.Clean = testbed.Clean
	testbed.Main(m)
}

const ms = time.Millisecond

// Some tests look for the names of these three functions.

// do returns fn as a coroutine.
func do(fn func() error) rt.Coroutine[rt.Void] {
	return machine.Lockstep(func() (rt.Void, error) { return rt.Void{}, fn() })
}

// wait awaits x and drops its value.
func wait[T any](x rt.Expr[T]) error {
	_, err := rt.Block(x)
	return err
}

// spawn starts fn beside the current task.
func spawn(fn func() error) *rt.TaskOf[rt.Void] { return rt.Spawn(rt.Current(), do(fn)) }

// run runs fn as the main task of a loop for tests.
func run(t *testing.T, fn func() error, opts ...rt.Option) {
	t.Helper()
	if _, err := testbed.Run(t, do(fn), opts...); err != nil {
		t.Error(err)
	}
}

var (
	panicOf   = testbed.PanicOf
	wantPanic = testbed.WantPanic
)

// fifo returns a loop that does not shuffle: testbed.FIFO says which tests need one.
func fifo(t *testing.T) *rt.Loop { return testbed.FIFO(t) }

// testLoop returns the options of a loop for tests.
func testLoop(t *testing.T) []rt.Option { return testbed.Fake(t) }

// A pollFunc is a coroutine whose Poll is the function.
type pollFunc[T any] func(t *rt.Task) (T, error, bool)

func (f pollFunc[T]) Poll(t *rt.Task) (T, error, bool) { return f(t) }
func (f pollFunc[T]) Awaitable() rt.Awaitable[T]       { return f }

// A trace lists what happened, in order.
type trace []string

func (tr *trace) add(format string, args ...any) { *tr = append(*tr, fmt.Sprintf(format, args...)) }

func (tr *trace) check(t *testing.T, want ...string) { t.Helper(); testbed.WantTrace(t, *tr, want...) }
