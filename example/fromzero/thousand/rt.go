package main

// This file has the thousand tasks on package rt. What the Task of the page prints around each
// step, an observer of the loop prints here.

import (
	"fmt"
	"io"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

func (p *program) runOnRt(n int) error {
	_, err := rt.Run(p.allAsync(n), rt.WithObserver(steps{p.w}))
	return err
}

// all runs n tasks.
//
//coroutine:async
func (p *program) all(n int) error {
	tasks := co.Self().OpenGroup()
	for i := range n {
		rt.SpawnIn(tasks, p.rtTaskAsync()).SetName(fmt.Sprintf("Task-%d", i))
	}
	return co.Wait(tasks.Join())
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
	p.ended++
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
	delay := p.random()
	p.total += delay
	err := co.Wait(rt.Sleep(delay))
	return delay.Seconds(), err
}

// steps prints the steps of all tasks that the main task has started.
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
