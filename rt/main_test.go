package rt_test

// This file is what the tests of the package have in common. They run
// coroutines on the reference backend, where a test reads from top to bottom,
// on loops with a fake clock and a shuffled order (see package rttest).

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// do returns fn as a coroutine.
func do(fn func() error) rt.Coroutine[rt.Void] {
	return rt.Lockstep(func() (rt.Void, error) { return rt.Void{}, fn() })
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
	if _, err := rttest.Run(t, do(fn), opts...); err != nil {
		t.Error(err)
	}
}

// A pollFunc is a coroutine whose Poll it is.
type pollFunc[T any] func(t *rt.Task) (T, error, bool)

func (f pollFunc[T]) Poll(t *rt.Task) (T, error, bool) { return f(t) }
func (f pollFunc[T]) Awaitable() rt.Awaitable[T]       { return f }

// fifo undoes the shuffling of loops for tests.
func fifo(t *testing.T) *rt.Loop {
	clock := new(rttest.Clock)
	poller := rttest.NewPoller(clock)
	l, err := rt.NewLoop(rt.WithClock(clock), rt.WithPoller(poller))
	if err != nil {
		t.Fatal(err)
	}
	poller.Serve(l)
	t.Cleanup(func() {
		rttest.CheckIdle(t, l)
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// A trace is what happened, in order.
type trace []string

func (tr *trace) add(format string, args ...any) { *tr = append(*tr, fmt.Sprintf(format, args...)) }

func (tr *trace) check(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(*tr, want) {
		t.Errorf("got:\n\t%s\nwant:\n\t%s", strings.Join(*tr, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// panicOf calls fn and returns what it panics with, nil if it does not.
func panicOf(fn func()) (v any) {
	defer func() { v = recover() }()
	fn()
	return nil
}

// wantPanic checks that fn panics with an error whose text contains all of texts.
func wantPanic(t *testing.T, fn func(), texts ...string) {
	t.Helper()
	v := panicOf(fn)
	err, ok := v.(error)
	if !ok {
		t.Errorf("panic value is %v, want an error", v)
		return
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("panic with %q, want %q in it", err, text)
		}
	}
}

const ms = time.Millisecond
