package main

import (
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

// The page prints nothing. In Python 3.11.7 the same program logs the same three things, with
// the places of the tasks, and the last two in the other order: Python knows at once that nobody
// has kept the coroutine, ours when the loop ends.
func TestOutput(t *testing.T) {
	const want = `WARNING: Executing slow took 0.150 seconds
  ERROR: Task exception was never retrieved: x
WARNING: coroutine 'never' was never awaited
`
	clock := new(rttest.Clock)
	poller := rttest.NewPoller(clock)
	var out strings.Builder
	err := run(&out, clock.Advance, rt.WithClock(clock), rt.WithPoller(poller), poller.Serve)
	if err != nil || out.String() != want {
		t.Errorf("%v\n%s", err, &out)
	}
}
