package rt_test

// This file tests Runner and RunLoops. See testdata/asyncio/runners.txt.

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

func TestRunner(t *testing.T) {
	r := rt.NewRunner(testbed.Fake(t, rt.WithDebug())...)
	l, err := r.Loop()
	if err != nil || !l.Debug() {
		t.Fatal(err)
	}
	number := rt.NewVar("number", -1)
	next := func(v int) rt.Expr[int] {
		return machine.Lockstep(func() (int, error) {
			old := number.Get(rt.Current())
			wait(rt.Yield())
			number.Set(rt.Current(), v)
			return old, nil
		})
	}
	var left *rt.TaskOf[rt.Void]
	for i, want := range []int{-1, 1, 2} {
		if v, err := rt.RunOn(r, next(i+1)); v != want || err != nil {
			t.Errorf("run %d: %d, %v", i, v, err)
		}
	}
	if _, err := rt.RunOn(r, fails(0, errMine)); err != errMine {
		t.Errorf("error is %v", err)
	}
	_, err = rt.RunOn(r, do(func() error {
		left = spawn(func() error { return wait(rt.Sleep(time.Hour)) })
		v := panicOf(func() { rt.RunOn(r, next(1)) })
		return want(v != nil, "a run within a run does not panic")
	}))
	if err != nil || left.Done() {
		t.Error(err, left)
	}
	for range 2 {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	if !left.Done() || !isCanceled(left.Failure()) {
		t.Errorf("the remaining task ended with %v", left.Failure())
	}
	if _, err := r.Loop(); err != rt.ErrLoopClosed {
		t.Errorf("loop of a closed runner: %v", err)
	}
	if _, err := rt.RunOn(r, next(1)); err != rt.ErrLoopClosed {
		t.Errorf("run of a closed runner: %v", err)
	}
	if err := rt.NewRunner(testbed.Fake(t)...).Close(); err != nil {
		t.Error(err)
	}
}

func TestRun(t *testing.T) {
	for name, test := range map[string]func(t *testing.T) error{
		"returns": func(t *testing.T) error {
			v, err := testbed.RunFake(t, machine.Lockstep(func() (int, error) { return 42, wait(rt.Yield()) }))
			return errors.Join(err, want(v == 42, "%d", v))
		},
		"fails": func(t *testing.T) error {
			_, err := testbed.RunFake(t, do(func() error { wait(rt.Yield()); return errMine }))
			return want(err == errMine, "%v", err)
		},
		"in debug mode": func(t *testing.T) error {
			_, err := testbed.RunFake(t, do(func() error { return want(rt.Current().Loop().Debug(), "off") }), rt.WithDebug())
			_, err2 := testbed.RunFake(t, do(func() error { return want(!rt.Current().Loop().Debug(), "on") }))
			return errors.Join(err, err2)
		},
		"cancels what is left": func(t *testing.T) error {
			var left *rt.TaskOf[rt.Void]
			v, err := testbed.RunFake(t, machine.Lockstep(func() (int, error) {
				left = spawn(func() error { return wait(rt.Sleep(time.Hour)) })
				return 123, nil
			}))
			return errors.Join(err, want(v == 123 && left.Done(), "%d, %v", v, left))
		},
		"reports errors of what is left": func(t *testing.T) error {
			var r reports
			v, err := testbed.RunFake(t, machine.Lockstep(func() (int, error) {
				rt.Spawn(rt.Current(), cleanup(time.Hour, errZero))
				return 123, nil
			}), r.option())
			return errors.Join(err, want(v == 123 && len(r.errs) == 1 && errors.Is(r.errs[0], errZero), "%d, %v", v, r.errs))
		},
		"cancels itself": func(t *testing.T) error {
			_, err := testbed.RunFake(t, do(func() error { rt.Current().Cancel(nil); return wait(rt.Sleep(time.Hour)) }))
			return want(isCanceled(err), "%v", err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := test(t); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestRunLoops(t *testing.T) {
	// Each loop waits for a future that the next one sets.
	const n = 4
	var futures [n]rt.Future[int]
	got, err := rt.RunLoops(n, func(i int) rt.Expr[int] {
		return machine.Lockstep(func() (int, error) {
			futures[(i+1)%n].Set(i)
			return rt.Block(&futures[i])
		})
	}, testbed.Real(t)...)
	if err != nil || !slices.Equal(got, []int{3, 0, 1, 2}) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestRunLoopsFails(t *testing.T) {
	var cancelled atomic.Int32
	_, err := rt.RunLoops(3, func(i int) rt.Expr[rt.Void] {
		return do(func() error {
			if i == 1 {
				return errMine
			}
			err := wait(new(rt.Future[int]))
			if errors.Is(err, errMine) {
				cancelled.Add(1)
			}
			return err
		})
	}, testbed.Real(t)...)
	if err != errMine || cancelled.Load() != 2 {
		t.Errorf("error is %v, %d were cancelled", err, cancelled.Load())
	}
	_, err = rt.RunLoops(2, func(i int) rt.Expr[rt.Void] {
		return do(func() error { return fmt.Errorf("%d: %w", i, errMine) })
	}, testbed.Real(t)...)
	if !errors.Is(err, errMine) {
		t.Error(err)
	}
}

// An error whose type cannot be compared is an error like any other.
func TestRunLoopsFailsWithAList(t *testing.T) {
	_, err := rt.RunLoops(2, func(int) rt.Expr[rt.Void] {
		return do(func() error { return errorList{errMine} })
	}, testbed.Real(t)...)
	if !errors.Is(err, errMine) {
		t.Errorf("error is %v", err)
	}
}

type errorList []error

func (l errorList) Error() string   { return errors.Join(l...).Error() }
func (l errorList) Unwrap() []error { return l }

// A main task that ends its goroutine has no result, and the others do not wait for ever.
func TestRunLoopsGoexit(t *testing.T) {
	_, err := rt.RunLoops(2, func(i int) rt.Expr[rt.Void] {
		return do(func() error {
			if i == 1 {
				runtime.Goexit()
			}
			return wait(new(rt.Future[int]))
		})
	}, testbed.Real(t)...)
	if err == nil || !strings.Contains(err.Error(), "Goexit") {
		t.Errorf("error is %v", err)
	}
}
