package main

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/mystory/inorder"
	"github.com/coroutinegen/coroutinegen/rt"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The output of the page's programs in Python 3.11.7, on a clock that begins at 0.
const (
	wantSend = `AsyncSleep(until=50.0)
AsyncSleep(until=50.1)
StopIteration
`
	wantSleepy = `coroutine 0 step 1 at 0.00
coroutine 1 step 1 at 0.00
coroutine 2 step 1 at 0.00
coroutine 3 step 1 at 0.00
coroutine 4 step 1 at 0.00
coroutine 0 step 2 at 0.10
coroutine 1 step 2 at 0.10
coroutine 2 step 2 at 0.10
coroutine 3 step 2 at 0.10
coroutine 4 step 2 at 0.10
coroutine 0 step 3 at 0.20
coroutine 1 step 3 at 0.20
coroutine 2 step 3 at 0.20
coroutine 3 step 3 at 0.20
coroutine 4 step 3 at 0.20
coroutine 0 step 4 at 0.30
coroutine 1 step 4 at 0.30
coroutine 2 step 4 at 0.30
coroutine 3 step 4 at 0.30
coroutine 4 step 4 at 0.30
coroutine 0 step 5 at 0.40
coroutine 1 step 5 at 0.40
coroutine 2 step 5 at 0.40
coroutine 3 step 5 at 0.40
coroutine 4 step 5 at 0.40
`
)

func TestSend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		p := newProgram(&out)
		if p.send(); p.now() != 200*time.Millisecond || out.String() != wantSend {
			t.Errorf("after %v\n%s", p.now(), &out)
		}
	})
}

// The page: 0.5 seconds instead of 2.5 seconds.
func TestSleepy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		p := newProgram(&out)
		if err := p.runSleepy(5); err != nil || p.now() != 500*time.Millisecond || out.String() != wantSleepy {
			t.Errorf("%v, after %v\n%s", err, p.now(), &out)
		}
	})
}

func TestByHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		p := newProgram(&out)
		var coroutines []coroutine
		for j := range 5 {
			coroutines = append(coroutines, &sleepyByHand{p: p, identifier: fmt.Sprintf("coroutine %d", j), count: 5})
		}
		if err := p.run(coroutines...); err != nil || p.now() != 500*time.Millisecond || out.String() != wantSleepy {
			t.Errorf("%v, after %v\n%s", err, p.now(), &out)
		}
	})
}

func TestOnRt(t *testing.T) {
	loop, _ := inorder.Loop(t)
	var out strings.Builder
	_, err := rt.RunUntilComplete(loop, rtSleepersAsync(&out, 5))
	if err != nil || loop.Time() != 500*time.Millisecond || out.String() != wantSleepy {
		t.Errorf("%v, after %v\n%s", err, loop.Time(), &out)
	}
}
