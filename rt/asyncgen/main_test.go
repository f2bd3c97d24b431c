package asyncgen_test

// This file gives the tests of the package short names for package testbed, and makes generators
// of functions.

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
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

// errBoom is an error that functions of tests return.
var errBoom = errors.New("boom")

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

func (tr *trace) add(format string, args ...any) { *tr = append(*tr, fmt.Sprintf(format, args...)) }

func (tr *trace) check(t *testing.T, want ...string) { t.Helper(); testbed.WantTrace(t, *tr, want...) }

// A yielder is the parameter of the functions of most tests.
type yielder struct {
	asyncgen.Yielder[int, string]
}

// yield waits for the Yield of v.
func (y yielder) yield(v int) error {
	_, err := rt.Block(y.Yield(v))
	return err
}

type generator = asyncgen.Generator[int, string, rt.Void]

// numbers returns a generator of the function fn.
func numbers(fn func(y yielder) error) *generator {
	return asyncgen.New("numbers", func(y asyncgen.Yielder[int, string]) rt.Expr[rt.Void] {
		return do(func() error { return fn(yielder{y}) })
	})
}

// upTo returns a generator of 1, 2, ... n.
func upTo(n int) *generator {
	return numbers(func(y yielder) error {
		for i := range n {
			if err := y.yield(i + 1); err != nil {
				return err
			}
		}
		return nil
	})
}

// A pull is the outcome of a Next, a Send or a Throw.
type pull struct {
	v   int
	ok  bool
	err error
}

func pulled(x rt.Expr[rt.Two[int, bool]]) pull {
	v, err := rt.Block(x)
	return pull{v.V1, v.V2, err}
}

func value(v int) pull { return pull{v, true, nil} }

var over = pull{}

func failed(err error) pull { return pull{err: err} }

func wantNext(t *testing.T, g asyncgen.Iterator[int], wanted pull) {
	t.Helper()
	want(t, "next", pulled(g.Next()), wanted)
}

func wantClose(t *testing.T, g asyncgen.Iterator[int], wanted error) {
	t.Helper()
	want(t, "close", wait(g.Close()), wanted)
}
