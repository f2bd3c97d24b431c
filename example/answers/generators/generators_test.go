package main

import (
	"errors"
	"io"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The output of the page, without its prompts and tracebacks.
func TestOutput(t *testing.T) {
	for _, test := range []struct {
		name string
		run  func(io.Writer)
		want string
	}{
		{"next", next, "1\n2\nStopIteration\n"},
		{"send and throw", communicate, "1\nabc\n2\nException\n"},
		{"return", returned, "1\nabc\n"},
		{"yield from", func(w io.Writer) { g := outerPull(w); tunnel(w, g); g.Close() }, "1\n2\ninner abc\nouter 3\n4\n"},
		{"by hand", func(w io.Writer) { tunnel(w, &outerByHand{w: w}) }, "1\n2\ninner abc\nouter 3\n4\n"},
		{"educative", educative, "Educative\n"},
		// The page names the states; Python 3.11.7 prints them in this order.
		{"states", states, "GEN_CREATED\nGEN_RUNNING\nGEN_SUSPENDED\nGEN_CLOSED\n"},
	} {
		var out strings.Builder
		if test.run(&out); out.String() != test.want {
			t.Errorf("%s: got\n%s", test.name, &out)
		}
	}
}

func TestCoroutine(t *testing.T) {
	var out strings.Builder
	_, err := rt.RunUntilComplete(rttest.NewLoop(t), outerCoroutineAsync(&out))
	if err != nil || out.String() != "inner has returned 1\n" {
		t.Errorf("%v\n%s", err, &out)
	}
}

// What is thrown into outer arrives at the yield of inner, and comes back out of outer.
func TestThrowInto(t *testing.T) {
	g := outerPull(io.Discard)
	g.Next()
	g.Next()
	if v, ok := g.Throw(errException); ok {
		t.Errorf("yields %d", v)
	}
	if _, err := g.Result(); !errors.Is(err, errException) {
		t.Error(err)
	}
}
