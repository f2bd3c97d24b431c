package main

// This file has the same on package rt. A task that has ended wakes those that wait for it: they
// run in the next turn, and not within its last step.

import (
	"fmt"
	"io"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// rtMain starts two tasks. The second awaits the first.
//
//coroutine:async
func rtMain(w io.Writer) error {
	step := co.Spawn(rtMainStepAsync(w))
	step.SetName("Task-0")
	return co.Wait(co.Spawn(rtWaitForAsync(w, step)))
}

//coroutine:async
func rtWaitFor(w io.Writer, t *rt.TaskOf[float64]) error {
	fmt.Fprintln(w, "waiting for", t.Name())
	result, err := co.Await(t)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "it has returned", result)
	return nil
}

//coroutine:async
func rtMainStep(w io.Writer) (float64, error) {
	fmt.Fprintln(w, " SmallStep(s)...")
	fut := rt.NewFuture[float64]()
	co.Self().Loop().CallLater(delay, func() { fut.Set(delay.Seconds()) })
	result, err := co.Await(fut)
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(w, " SmallStep(s) Finished with result", result)
	return result * 100, nil
}
