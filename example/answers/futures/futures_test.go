package main

import (
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

// The output of Python 3.11.7 (that of the page is an image that the document lacks), but for the
// time at which it starts.
const want = "\033[32mfoo will await the future\033[0m\n" +
	"\033[31mbar will sleep for 3 seconds\033[0m\n" +
	"\033[31mbar resolving the future\033[0m\n" +
	"\033[32mfoo finds the future resolved\033[0m\n" +
	"\033[34mFuture Start Time: 0\nFuture End Time: 3\nFuture Execution Time: 3.00 seconds.\033[0m\n"

func TestOutput(t *testing.T) {
	loop, _ := inorder.Loop(t)
	var out strings.Builder
	_, err := rt.RunUntilComplete(loop, timedAsync(&out))
	if err != nil || loop.Time() != 3*time.Second || out.String() != want {
		t.Errorf("%v, after %v\n%s", err, loop.Time(), &out)
	}
}

func TestGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		channel(&out)
		if out.String() != want {
			t.Errorf("got\n%s", &out)
		}
	})
}
