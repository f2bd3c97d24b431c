package asynciter_test

// This file gives the tests of the package short names for package testbed, and makes sources that
// follow a script.

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/asynciter"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
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

// Errors of sources and of functions.
var (
	errBoom    = errors.New("boom")
	errClosing = errors.New("cannot close")
)

type iterator = asyncgen.Iterator[int]

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

// elapsed returns the time that fn takes.
func elapsed(fn func()) time.Duration {
	l := rt.Current().Loop()
	begin := l.Time()
	fn()
	return l.Time() - begin
}

// A script is a source that does what steps say, as the function of a generator.
type script struct {
	iterator
	steps   []step
	endless bool          // wait for ever after the steps
	cleanup time.Duration // that closing takes
	closing error         // of the cleaning up

	begun, closed, taken int
	failed               bool // with an error or a panic of its own
}

// A step of a script waits, and then yields a value, fails or panics.
type step struct {
	after time.Duration
	v     int
	err   error
	panic any
}

func newScript(steps ...step) *script {
	s := &script{steps: steps}
	s.iterator = asyncgen.New("script", func(y asyncgen.Yielder[int, rt.Void]) rt.Expr[rt.Void] {
		return do(func() error { return s.run(y) })
	})
	return s
}

func (s *script) run(y asyncgen.Yielder[int, rt.Void]) (err error) {
	s.begun++
	defer func() {
		if s.cleanup > 0 {
			wait(rt.Shield[rt.Void](rt.Sleep(s.cleanup)))
		}
		s.closed++
		if s.closing != nil {
			s.failed = true
			err = s.closing
		}
	}()
	for _, step := range s.steps {
		if step.after > 0 {
			if err := wait(rt.Sleep(step.after)); err != nil {
				return err
			}
		}
		s.failed = step.panic != nil || step.err != nil
		switch {
		case step.panic != nil:
			panic(step.panic)
		case step.err != nil:
			return step.err
		}
		s.taken++
		if err := wait(y.Yield(step.v)); err != nil {
			return err
		}
	}
	if s.endless {
		return wait(rt.Sleep(1 << 40 * ms))
	}
	return nil
}

// counts returns the steps for the values 1, 2, ... n, each after d.
func counts(n int, d time.Duration) (steps []step) {
	for i := range n {
		steps = append(steps, step{after: d, v: i + 1})
	}
	return steps
}

func upTo(n int) *script { return newScript(counts(n, 0)...) }

// wantEnded checks that the source has begun and ended once.
func (s *script) wantEnded(t *testing.T) {
	t.Helper()
	want(t, "begun", s.begun, 1)
	want(t, "closed", s.closed, 1)
}

// A pull is the outcome of a Next.
type pull struct {
	v   string
	ok  bool
	err error
}

func next[V any](it asyncgen.Iterator[V]) pull {
	v, err := rt.Block(it.Next())
	if !v.V2 {
		return pull{err: err}
	}
	return pull{fmt.Sprint(v.V1), v.V2, err}
}

func value(v any) pull { return pull{fmt.Sprint(v), true, nil} }

var over = pull{}

func failed(err error) pull { return pull{err: err} }

func wantNext[V any](t *testing.T, it asyncgen.Iterator[V], wanted ...pull) {
	t.Helper()
	for _, wanted := range wanted {
		want(t, "next", next(it), wanted)
	}
}

func wantClose[V any](t *testing.T, it asyncgen.Iterator[V], wanted error) {
	t.Helper()
	want(t, "close", wait(it.Close()), wanted)
}

// wantTimeout checks that no value comes for d.
func wantTimeout[V any](t *testing.T, it asyncgen.Iterator[V], d time.Duration) {
	t.Helper()
	if err := wait(rt.Timeout[rt.Two[V, bool]](d, it.Next())); !isTimeout(err) {
		t.Fatalf("next returned %v, want a timeout", err)
	}
}

// wantAll checks the values of it, which are followed by err.
func wantAll[V any](t *testing.T, it asyncgen.Iterator[V], err error, wanted ...V) {
	t.Helper()
	list, failed := rt.Block(asynciter.Collect(it))
	want(t, "error", failed, err)
	want(t, "values", fmt.Sprint(list), fmt.Sprint(wanted))
}

// after returns a coroutine that returns v after d.
func after(d time.Duration, v int, err error) rt.Expr[int] {
	return do1(func() (int, error) {
		if failed := wait(rt.Sleep(d)); failed != nil {
			return 0, failed
		}
		return v, err
	})
}

// do1 returns fn as a coroutine.
func do1[T any](fn func() (T, error)) rt.Coroutine[T] { return machine.Lockstep(fn) }
