package netio_test

// This file is what the tests of the package have in common.

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

// async makes a coroutine of an ordinary function, and await waits in one.
func async(fn func() error) rt.Coroutine[rt.Void] {
	return machine.Lockstep(func() (rt.Void, error) { return rt.Void{}, fn() })
}

func await[T any](x rt.Expr[T]) (T, error) { return rt.Block(x) }

// wait awaits x and drops its value.
func wait[T any](x rt.Expr[T]) error {
	_, err := rt.Block(x)
	return err
}

// spawn starts fn beside the current task.
func spawn(fn func() error) *rt.TaskOf[rt.Void] { return rt.Spawn(rt.Current(), async(fn)) }

// want returns an error that says how it is, unless ok.
func want(ok bool, format string, args ...any) error {
	if ok {
		return nil
	}
	return fmt.Errorf(format, args...)
}

// checkLeaks demands that at the end of the test no descriptor is open and no
// goroutine runs that does not now.
func checkLeaks(t *testing.T) { t.Helper(); testbed.Clean(t) }
