package locks_test

// This file is what the tests of the package have in common. Coroutines run on
// the reference backend, on loops with a fake clock and a shuffled order.

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const ms = time.Millisecond

// do returns fn as a coroutine.
func do(fn func() error) rt.Coroutine[rt.Void] {
	return rt.Lockstep(func() (rt.Void, error) { return rt.Void{}, fn() })
}

// wait awaits x and drops its value.
func wait[T any](x rt.Expr[T]) error {
	_, err := rt.Block(x)
	return err
}

// run runs fn as the main task of a loop for tests.
func run(t *testing.T, fn func()) {
	t.Helper()
	if _, err := rttest.Run(t, do(func() error { fn(); return nil })); err != nil {
		t.Error(err)
	}
}

// settle lets everything else run until it waits.
func settle() {
	if err := wait(rt.Sleep(ms)); err != nil {
		panic(err)
	}
}

// start starts fn beside the current task and lets it run until it waits.
func start(fn func() error) *rt.TaskOf[rt.Void] {
	task := rt.Spawn(rt.Current(), do(fn))
	settle()
	return task
}

func isCanceled(err error) bool { return errors.Is(err, context.Canceled) }
func isTimeout(err error) bool  { return errors.Is(err, context.DeadlineExceeded) }

// noError ends the test if there is one.
func noError(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// wantPanic checks that fn panics with an error whose text contains text.
func wantPanic(t *testing.T, fn func(), text string) {
	t.Helper()
	defer func() {
		t.Helper()
		if err, ok := recover().(error); !ok || !strings.Contains(err.Error(), text) {
			t.Errorf("panic with %v, want %q in it", err, text)
		}
	}()
	fn()
}

// want compares.
func want[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("%s is %v, want %v", what, got, want)
	}
}

// A trace is what happened, in order.
type trace []string

func (tr *trace) add(event string) { *tr = append(*tr, event) }

func (tr *trace) check(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(*tr, want) {
		t.Fatalf("got %q, want %q", *tr, want)
	}
}
