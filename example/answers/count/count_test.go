package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/answers/count/byhand"
	"github.com/coroutinegen/coroutinegen/example/threeway"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// atOnce is the output of the page for five at once.
const atOnce = "One One One One One Two Two Two Two Two Three Three Three Three Three "

// The page: 3.00 seconds.
func TestAsync(t *testing.T) {
	loop := rttest.NewLoop(t)
	var out strings.Builder
	_, err := rt.RunUntilComplete(loop, asyncMainAsync(&out))
	if err != nil || loop.Time() != 3*time.Second || out.String() != atOnce {
		t.Errorf("%v, after %v\n%s", err, loop.Time(), &out)
	}
}

// The page: 15.01 seconds. (Its output has lost two Threes; Python 3.11.7 prints them.)
func TestSync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		start := time.Now()
		syncMain(&out)
		if d := time.Since(start); d != 15*time.Second || out.String() != strings.Repeat("One Two Three ", 5) {
			t.Errorf("after %v\n%s", d, &out)
		}
	})
}

func TestGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		start := time.Now()
		goroutinesMain(&out)
		if d := time.Since(start); d != 3*time.Second || out.String() != atOnce {
			t.Errorf("after %v\n%s", d, &out)
		}
	})
}

// Cancelled or not, the machine by hand does what count does.
func TestByHand(t *testing.T) {
	form := func(name string, count func(s *threeway.Stage) rt.Coroutine[rt.Void]) threeway.Form[rt.Void] {
		return threeway.Form[rt.Void]{Name: name, New: func(s *threeway.Stage) rt.Expr[rt.Void] {
			s.Cancel(500*time.Millisecond, time.Second, 2*time.Second, 3*time.Second)
			return count(s)
		}}
	}
	threeway.Explore(t, 0,
		form("this package", func(s *threeway.Stage) rt.Coroutine[rt.Void] { return countAsync(s.Writer("out")) }),
		form("by hand", func(s *threeway.Stage) rt.Coroutine[rt.Void] { return byhand.Count(s.Writer("out")) }))
}
