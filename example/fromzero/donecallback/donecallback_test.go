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

// The output of the page's classes in Python 3.11.7, with a timer of 0.125 s that sets the result.
const want = `--------- Task-0 --------
TASK BEGIN...
 MainStep...
 SmallStep(s)...
-------------------------
--------- Task-0 --------
 SmallStep(s) Finished with result 0.125
 MainStep Finished with result 12.5
TASK END
-------------------------
`

func TestOutput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		p := &program{w: &out}
		task := p.run(delay) // until the future is set
		if !task.done || task.err != nil || out.String() != want {
			t.Errorf("%+v\n%s", task, &out)
		}
	})
}

func TestOnRt(t *testing.T) {
	var out strings.Builder
	p := &program{w: &out}
	loop := rttest.NewLoop(t, rt.WithObserver(steps{&out}))
	if _, err := rt.RunUntilComplete(loop, p.mainAsync()); err != nil || loop.Time() != delay || out.String() != want {
		t.Errorf("%v, after %v\n%s", err, loop.Time(), &out)
	}
}

func TestFuture(t *testing.T) {
	var f future[string]
	if _, err := f.result(); err != errNotDone {
		t.Error(err)
	}
	called := 0
	f.addDoneCallback(func() { called++ })
	f.addDoneCallback(func() { called++ })
	if err := f.setResult("x"); err != nil || called != 2 {
		t.Error(err, called)
	}
	if err := f.setResult("y"); err != errDone || called != 2 {
		t.Error(err, called)
	}
	if v, err := f.result(); v != "x" || err != nil {
		t.Error(v, err)
	}
}
