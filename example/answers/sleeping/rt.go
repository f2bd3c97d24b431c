package main

// This file has sleepy on package rt.

import (
	"fmt"
	"io"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// rtAsleep is asleep: the event is rt.Sleep.
//
//coroutine:async
func rtAsleep(d time.Duration) error {
	if err := co.Wait(rt.Sleep(d / 2)); err != nil {
		return err
	}
	return co.Wait(rt.Sleep(d / 2))
}

//coroutine:async
func rtSleepy(w io.Writer, identifier string, count int) error {
	loop := co.Self().Loop()
	for i := range count {
		fmt.Fprintln(w, identifier, "step", i+1, "at", fmt.Sprintf("%.2f", loop.Time().Seconds()))
		if err := co.Wait(rtAsleepAsync(100 * time.Millisecond)); err != nil {
			return err
		}
	}
	return nil
}

// rtSleepers is run(*(sleepy(...) for j in range(n))).
//
//coroutine:async
func rtSleepers(w io.Writer, n int) error {
	var xs []rt.Expr[rt.Void]
	for j := range n {
		xs = append(xs, rtSleepyAsync(w, fmt.Sprintf("coroutine %d", j), 5))
	}
	_, err := co.Await(rt.Gather(xs...))
	return err
}
