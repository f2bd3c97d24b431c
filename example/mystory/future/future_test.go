package main

import (
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The output is that of the page. The states are <Future pending> and <Future finished
// result='Future is done!'> in Python 3.11.7.
func TestOutput(t *testing.T) {
	const want = "Future is done!\n"
	const wantStates = `future (pending, 0 waiting)
future (pending, 1 waiting)
future (Future is done!)
`
	loop := rttest.NewLoop(t)
	var out, states strings.Builder
	if err := run(loop, &out, &states); err != nil || loop.Time() != time.Second || out.String() != want || states.String() != wantStates {
		t.Errorf("%v, after %v\n%s%s", err, loop.Time(), &out, &states)
	}
}
