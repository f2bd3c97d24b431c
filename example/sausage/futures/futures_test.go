package main

import (
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The output of the page, with what this program adds to it in parentheses, and the hint.
func TestOnSlides(t *testing.T) {
	const want = `InvalidStateError: Result is not ready.
42
(the loop has not run yet)
result: 42
42
yield from: 42
`
	var out strings.Builder
	if err := onSlides(&out); err != nil || out.String() != want {
		t.Errorf("%v\n%s", err, &out)
	}
}

func TestOnRt(t *testing.T) {
	const want = `0, <nil>, false: future (pending, 0 waiting)
42, <nil>, true: future (42)
once more: future has its result already
at once: future (42)
(the loop has not run yet)
result: 42
42
await: 42
`
	var out strings.Builder
	if err := onRt(&out, rttest.NewLoop(t)); err != nil || out.String() != want {
		t.Errorf("%v\n%s", err, &out)
	}
}
