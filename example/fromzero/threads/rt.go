package main

// This file has the tasks on package rt. Any goroutine may set a Future of rt.

import (
	"fmt"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// all runs n tasks.
//
//coroutine:async
func (p *program) all(n int) error {
	tasks := co.Self().OpenGroup()
	for range n {
		rt.SpawnIn(tasks, p.rtTaskAsync())
	}
	return co.Wait(tasks.Join())
}

//coroutine:async
func (p *program) rtTask() error {
	loop := co.Self().Loop()
	begun := loop.Time()
	fmt.Fprintln(p.w, "TASK BEGIN...")
	fmt.Fprintln(p.w, " MainStep...")
	result, err := co.Await(p.rtMainStepAsync())
	if err != nil {
		return err
	}
	fmt.Fprintln(p.w, " MainStep Finished with result", result)
	fmt.Fprintln(p.w, "TASK END")
	p.ended++
	p.blocked += loop.Time() - begun
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
	p.rtFakeIO(fut)
	return co.Await(fut)
}

// rtFakeIO starts a thread that completes fut.
func (p *program) rtFakeIO(fut *rt.Future[float64]) {
	d := p.random()
	go func() {
		p.sleep(d)
		fut.Set(d.Seconds())
	}()
}
