package main

import (
	"errors"
	"slices"
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

// The output of the page's classes in Python 3.11.7, with these two tasks. The step of Task-1 is
// a part of the last step of Task-0.
func TestOutput(t *testing.T) {
	const want = `--------- Task-0 --------
 SmallStep(s)...
-------------------------
--------- Task-1 --------
waiting for Task-0
-------------------------
--------- Task-0 --------
 SmallStep(s) Finished with result 0.125
--------- Task-1 --------
it has returned 12.5
-------------------------
-------------------------
`
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		step, waiter := (&program{w: &out}).run()
		if step.value != 12.5 || step.err != nil || waiter.err != nil || out.String() != want {
			t.Errorf("%+v, %+v\n%s", step, waiter, &out)
		}
	})
}

// A future without a result, and a task that fails.
func TestFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &program{w: new(strings.Builder)}
		if _, err := new(future).result(); err != errNotDone {
			t.Error(err)
		}
		step := p.newTask(nil)
		waiter := p.newTask(p.waitForPull(step))
		waiter.run()
		failed := errors.New("failed")
		step.setResult(0, failed)
		if _, err := waiter.result(); err != failed {
			t.Error(err)
		}
	})
}

// The tasks of rt do the same, in whatever order they begin.
func TestOnRt(t *testing.T) {
	var out strings.Builder
	loop := rttest.NewLoop(t)
	_, err := rt.RunUntilComplete(loop, rtMainAsync(&out))
	got := lines(out.String())
	want := lines(" SmallStep(s)...\nwaiting for Task-0\n SmallStep(s) Finished with result 0.125\nit has returned 12.5\n")
	if err != nil || !slices.Equal(got, want) || loop.Time() != delay {
		t.Errorf("%v, after %v\n%s", err, loop.Time(), &out)
	}
}

// lines returns the lines of text, the first two in alphabetical order.
func lines(text string) []string {
	list := strings.Split(text, "\n")
	slices.Sort(list[:min(2, len(list))])
	return list
}
