package main

// This file has the program "values" on package rt. An observer logs the steps.

import (
	"fmt"
	"io"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

func onRt(w io.Writer, loop *rt.Loop, values func(w io.Writer, loop *rt.Loop) rt.Coroutine[string]) {
	defer loop.Observe(steps{w})()
	task := rt.Start(loop, values(w, loop))
	task.SetName("values")
	result, err := rt.RunUntilComplete(loop, task)
	fmt.Fprintf(w, "result: %v, %v\n", result, err)
}

// afterOnRt returns a future that gets a value or an error in a second.
func afterOnRt(loop *rt.Loop, v int, err error) *rt.Future[int] {
	f := rt.NewFuture[int]()
	loop.CallLater(time.Second, func() {
		if err != nil {
			f.Fail(err)
		} else {
			f.Set(v)
		}
	})
	return f
}

// valuesOnRt gets a value, waits for a turn, and gets an error.
//
//coroutine:async
func valuesOnRt(w io.Writer, loop *rt.Loop) (string, error) {
	v, err := co.Await(afterOnRt(loop, 1, nil))
	if err != nil {
		return "", err
	}
	fmt.Fprintln(w, "got", v)
	if err := co.Wait(rt.Yield()); err != nil {
		return "", err
	}
	if _, err := co.Await(afterOnRt(loop, 0, errBad)); err != nil {
		fmt.Fprintln(w, "caught", err)
	}
	return "done", nil
}

// steps logs the steps of the task "values".
type steps struct{ w io.Writer }

func (s steps) Started(*rt.Task) {}

func (s steps) StepBegan(t *rt.Task) { s.log(t, "Poll") }
func (s steps) StepEnded(t *rt.Task) {
	if t != nil && !t.Done() {
		s.log(t, "not ready")
	}
}
func (s steps) Ended(t *rt.Task) { s.log(t, "ready") }

func (s steps) log(t *rt.Task, what string) {
	if t != nil && t.Name() == "values" {
		fmt.Fprintf(s.w, "%s: %s\n", t.Name(), what)
	}
}
