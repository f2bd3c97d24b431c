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

// The first two lines are what the slide does in node v20.20.2: "12345678", and "5678" with all
// eight functions called, although the fourth has failed.
func TestOutput(t *testing.T) {
	const want = `pyramid, errors dropped: "12345678", <nil>; called 8
pyramid, errors dropped: "5678", <nil>; called 8
pyramid: "12345678", <nil>; called 8
pyramid: "", function 4 is broken; called 4
states: "12345678", <nil>; called 8
states: "", function 4 is broken; called 4
coroutine: "12345678", <nil>; called 8
coroutine: "", function 4 is broken; called 4
loop: "12345678", <nil>; called 8
loop: "", function 4 is broken; called 4
`
	loop := rttest.NewLoop(t)
	var out strings.Builder
	if err := run(loop, &out); err != nil || loop.Time() != (6*8+4*4)*delay || out.String() != want {
		t.Errorf("%v, after %v\n%s", err, loop.Time(), &out)
	}
}
