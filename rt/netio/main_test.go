package netio_test

// This file contains what the tests of the package share.

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

// async returns fn as a coroutine.
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

// want returns an error with the given text unless ok is set.
func want(ok bool, format string, args ...any) error {
	if ok {
		return nil
	}
	return fmt.Errorf(format, args...)
}

// checkLeaks checks at the end of the test that no descriptor is open and no goroutine runs
// that did not exist before.
func checkLeaks(t *testing.T) { t.Helper(); testbed.Clean(t) }
