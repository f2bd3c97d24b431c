package main

// This file has the same on package rt: rt.Future, and co.Await of it.

import (
	"fmt"
	"io"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// main runs the task.
//
//coroutine:async
func (p *program) main() error {
	t := co.Spawn(p.rtTaskAsync())
	t.SetName("Task-0")
	return co.Wait(t)
}

//coroutine:async
func (p *program) rtTask() error {
	fmt.Fprintln(p.w, "TASK BEGIN...")
	fmt.Fprintln(p.w, " MainStep...")
	result, err := co.Await(p.rtMainStepAsync())
	if err != nil {
		return err
	}
	fmt.Fprintln(p.w, " MainStep Finished with result", result)
	fmt.Fprintln(p.w, "TASK END")
	return nil
}

//coroutine:async
func (p *program) rtMainStep() (float64, error) {
	fmt.Fprintln(p.w, " SmallStep(s)...")
	result, err := co.Await(p.rtSmallStepAsync())
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(p.w, " SmallStep(s) Finished with result", result)
	return result * 100, nil
}

//coroutine:async
func (p *program) rtSmallStep() (float64, error) {
	fut := rt.NewFuture[float64]()
	co.Self().Loop().CallLater(delay, func() { fut.Set(delay.Seconds()) })
	return co.Await(fut)
}

// steps prints the steps of the task, as the Task of the page does.
type steps struct{ w io.Writer }

func (s steps) Started(*rt.Task) {}
func (s steps) Ended(*rt.Task)   {}

func (s steps) StepBegan(t *rt.Task) {
	if t != nil && t.Parent() != nil {
		fmt.Fprintf(s.w, "--------- %s --------\n", t.Name())
	}
}

func (s steps) StepEnded(t *rt.Task) {
	if t != nil && t.Parent() != nil {
		fmt.Fprintln(s.w, "-------------------------")
	}
}
