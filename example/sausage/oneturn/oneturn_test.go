package main

import (
	"strings"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The turns of the code on the slides, run with Python 3.11.7.
func TestSlides(t *testing.T) {
	const want = `turn 1: select(0), runs A, first step
turn 2: select(0), runs B
turn 3: select(1), runs C, E
turn 4: select(0), runs D
turn 5: select(1), runs set_result
turn 6: select(0), runs second step
turn 7: select(1), runs nothing
turn 8: select(0), runs nothing
`
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		if err := slides(&out); err != nil || out.String() != want {
			t.Errorf("%v\n%s", err, &out)
		}
	})
}

// The same: between two waits, the same runs in the same order.
func TestOurs(t *testing.T) {
	const want = `turn 1: runs A, first step, poll(0)
turn 2: runs B, poll(1)
turn 3: runs nothing, poll(0)
turn 4: runs C, E, poll(0)
turn 5: runs D, poll(1)
turn 6: runs nothing, poll(0)
turn 7: runs second step, poll(1)
turn 8: runs nothing, poll(0)
turn 9: runs nothing, poll(no limit)
`
	clock := new(rttest.Clock)
	loop, err := rt.NewLoop(rt.WithClock(clock), rt.WithPoller(rttest.NewPoller(clock)))
	if err != nil {
		t.Fatal(err)
	}
	defer loop.Close()
	var out strings.Builder
	if err := ours(&out, loop, clock.Advance); err != nil || out.String() != want {
		t.Errorf("%v\n%s", err, &out)
	}
}
