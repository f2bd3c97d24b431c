package main

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The output of the page's program in Python 3.11.7.
const want = `TASK BEGIN...
 MainStep...
 SmallStep(s)...
 I'm finished
 SmallStep(s) Finished with result 123
 MainStep Finished with result 12300
TASK END
`

func TestOutput(t *testing.T) {
	for _, form := range []string{"generator", "by hand"} {
		synctest.Test(t, func(t *testing.T) {
			var out strings.Builder
			t1 := &task{taskBodyPull(&out)}
			if form == "by hand" {
				t1.coro = &taskByHand{w: &out}
			}
			begun := time.Now()
			if err := t1.run(); err != nil || time.Since(begun) != 2*time.Second || out.String() != want {
				t.Errorf("%s: %v, after %v\n%s", form, err, time.Since(begun), &out)
			}
		})
	}
}

func TestOnRt(t *testing.T) {
	loop := rttest.NewLoop(t)
	var out strings.Builder
	_, err := rt.RunUntilComplete(loop, rtTaskAsync(&out))
	if err != nil || loop.Time() != 2*time.Second || out.String() != want {
		t.Errorf("%v, after %v\n%s", err, loop.Time(), &out)
	}
}

// A task whose sleep does not sleep says so.
func TestNoBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, coro := range []coroutine{taskBodyPull(new(strings.Builder)), &taskByHand{w: new(strings.Builder)}} {
			coro.Next() // and nobody calls what is yielded
			_, ok := coro.Next()
			if _, err := coro.Result(); ok || !errors.Is(err, errNoBlock) {
				t.Errorf("%T: %v, %v", coro, ok, err)
			}
		}
	})
}
