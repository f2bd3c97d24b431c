package main

import (
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/mystory/inorder"
	"github.com/coroutinegen/coroutinegen/rt"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The output of the page.
func TestOutput(t *testing.T) {
	const want = `registering callbacks
Success - Call soon
Success - Call later 2 sec
Success - Call later 3 sec
`
	loop, _ := inorder.Loop(t)
	var out strings.Builder
	_, err := rt.RunUntilComplete(loop, callbackExampleAsync(&out, loop))
	if err != nil || loop.Time() != 3*time.Second || loop.Timers() != 1 || out.String() != want {
		t.Errorf("%v, at %v, %d timers left\n%s", err, loop.Time(), loop.Timers(), &out)
	}
	loop.Close() // with the timer of 1506541660
}

// The same, turn by turn: a timer that is due becomes ready, and runs in the next turn.
func TestExecution(t *testing.T) {
	const want = `turn 1, at 0 s
registering callbacks
turn 2, at 0 s
Success - Call soon
turn 3, at 2 s
turn 4, at 2 s
Success - Call later 2 sec
turn 5, at 3 s
turn 6, at 3 s
Success - Call later 3 sec
done, with 1 timer left
`
	loop, clock := inorder.Loop(t)
	var out strings.Builder
	if err := execute(&out, loop, clock.Advance); err != nil || out.String() != want {
		t.Errorf("%v\n%s", err, &out)
	}
	loop.Close()
}
