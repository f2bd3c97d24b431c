package main

// This file has the same task on package rt. The await is co.Await, and the Task and its loop
// are those of the package.

import (
	"fmt"
	"io"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

func runOnRt(w io.Writer) error {
	_, err := rt.Run(rtTaskAsync(w))
	return err
}

//coroutine:async
func rtTask(w io.Writer) error {
	fmt.Fprintln(w, "TASK BEGIN...")
	fmt.Fprintln(w, " MainStep...")
	result, err := co.Await(rtMainStepAsync(w))
	if err != nil {
		return err
	}
	fmt.Fprintln(w, " MainStep Finished with result", result)
	fmt.Fprintln(w, "TASK END")
	return nil
}

//coroutine:async
func rtMainStep(w io.Writer) (int, error) {
	fmt.Fprintln(w, " SmallStep(s)...")
	result, err := co.Await(rtSmallStepAsync(w))
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(w, " SmallStep(s) Finished with result", result)
	return result * 100, nil
}

//coroutine:async
func rtSmallStep(w io.Writer) (int, error) {
	loop := co.Self().Loop()
	begun := loop.Time()
	if err := co.Wait(rt.Sleep(2 * time.Second)); err != nil {
		return 0, err
	}
	if loop.Time()-begun < 2*time.Second {
		return 0, errNoBlock
	}
	fmt.Fprintln(w, " I'm finished")
	return 123, nil
}
