package main

import (
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

// "The coroutine sleeps for one second." It yields once, to the caller of the outermost generator.
func TestGeneratorBased(t *testing.T) {
	coro := generatorBasedPull()
	if wait, ok := coro.Next(); wait != time.Second || !ok {
		t.Errorf("yields %v, %v", wait, ok)
	}
	if wait, ok := coro.Next(); ok {
		t.Errorf("yields %v after its end", wait)
	}
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		if err := run(generatorBasedPull()); err != nil || time.Since(begun) != time.Second {
			t.Errorf("%v, after %v", err, time.Since(begun))
		}
	})
}

func TestNative(t *testing.T) {
	loop := rttest.NewLoop(t)
	if _, err := rt.RunUntilComplete(loop, nativeAsync()); err != nil || loop.Time() != time.Second {
		t.Errorf("%v, after %v", err, loop.Time())
	}
}
