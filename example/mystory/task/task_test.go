package main

import (
	"errors"
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

// The output of the page. Its tasks also say coro=<task_func() running at tasks.py:4> and
// coro=<task_func() done, defined at tasks.py:4>, and its quotes are Python's.
func TestOutput(t *testing.T) {
	const want = `creating task
waiting for <Task pending task_func>
in task_func
task completed <Task finished task_func result="the result">
return value: "the result"
`
	var out strings.Builder
	if _, err := rttest.Run(t, mainTaskAsync(&out)); err != nil || out.String() != want {
		t.Errorf("%v\n%s", err, &out)
	}
}

// The other states of a task.
func TestStates(t *testing.T) {
	loop := rttest.NewLoop(t)
	failed := rt.NewFuture[string]()
	failed.Fail(errors.New("no luck"))
	for _, test := range []struct {
		x    rt.Expr[string]
		want string
	}{
		{failed, "<Task finished x exception=no luck>"},
		{rt.NewFuture[string](), "<Task cancelled x>"},
	} {
		task := rt.Start(loop, test.x)
		task.SetName("x")
		task.OnDone(func(*rt.Task) { loop.Stop() })
		loop.CallSoon(func() {
			if !task.Done() {
				task.Cancel(nil)
			}
		})
		loop.RunForever()
		if got := state(task); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}
