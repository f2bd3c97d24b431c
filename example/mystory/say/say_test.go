package main

import (
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/mystory/say/byhand"
	"github.com/coroutinegen/coroutinegen/example/threeway"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The output of the page, for the forms that have a loop.
func TestOutput(t *testing.T) {
	const what = "hello world"
	for name, form := range map[string]func(loop *rt.Loop, w io.Writer) error{
		"coroutine": func(loop *rt.Loop, w io.Writer) error {
			_, err := rt.RunUntilComplete(loop, sayAsync(w, what, time.Second))
			return err
		},
		"by hand": func(loop *rt.Loop, w io.Writer) error {
			_, err := rt.RunUntilComplete(loop, byhand.Say(w, what, time.Second))
			return err
		},
		"generator": func(loop *rt.Loop, w io.Writer) error {
			return runUntilComplete(loop, sayFromPull(w, what, time.Second))
		},
		"callback": func(loop *rt.Loop, w io.Writer) error {
			sayLater(loop, w, what, time.Second, loop.Stop)
			return loop.RunForever()
		},
	} {
		loop := rttest.NewLoop(t)
		var out strings.Builder
		if err := form(loop, &out); err != nil || loop.Time() != time.Second || out.String() != "hello world\n" {
			t.Errorf("%s: %v, after %v, %q", name, err, loop.Time(), &out)
		}
	}
}

func TestGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		begun := time.Now()
		<-sayGo(&out, "hello world", time.Second)
		if out.String() != "hello world\n" || time.Since(begun) != time.Second {
			t.Errorf("after %v, %q", time.Since(begun), &out)
		}
	})
}

// The slides "Hello World execution".
func TestExecution(t *testing.T) {
	const want = ` 0.0 s: the queue gets task-1
 0.0 s: the loop runs task-1
 0.0 s: control is back from task-1
 1.0 s: the loop runs task-1
hello world
 1.0 s: there is a result of task-1
 1.0 s: control is back from task-1
`
	loop := rttest.NewLoop(t)
	var out strings.Builder
	defer loop.Observe(&execution{w: &out, loop: loop})()
	if _, err := rt.RunUntilComplete(loop, sayAsync(&out, "hello world", time.Second)); err != nil {
		t.Error(err)
	}
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", &out, want)
	}
}

// Cancelled or not, the machine by hand does what say does.
func TestByHand(t *testing.T) {
	form := func(name string, say func(io.Writer, string, time.Duration) rt.Coroutine[rt.Void]) threeway.Form[rt.Void] {
		return threeway.Form[rt.Void]{Name: name, New: func(s *threeway.Stage) rt.Expr[rt.Void] {
			s.Cancel(500*time.Millisecond, time.Second)
			return say(s.Writer("out"), "hello world", time.Second)
		}}
	}
	threeway.Explore(t, 0, form("this package", sayAsync), form("by hand", byhand.Say))
}
