package main

// This file has say as it was in Python 3.3, where a coroutine is a generator: it yields what it
// waits for to whoever runs it, and yield from hands that through from the innermost generator.

import (
	"fmt"
	"io"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// sayFrom is the say of Python 3.3.
//
//coroutine:generator
func sayFrom(w io.Writer, what string, when time.Duration, y co.Yielder[time.Duration, rt.Void]) error {
	if _, err := co.YieldFrom(y, sleepPull(when)); err != nil { // yield from asyncio.sleep(when)
		return err
	}
	fmt.Fprintln(w, what)
	return nil
}

// sleep yields how long it has to wait. (The one of asyncio yields a future that a timer sets.)
//
//coroutine:generator
func sleep(when time.Duration, y co.Yielder[time.Duration, rt.Void]) error {
	_, err := y.Yield(when)
	return err
}

// runUntilComplete is the task: it resumes the generator with callbacks of the loop.
func runUntilComplete(loop *rt.Loop, coro rt.SendGenerator[time.Duration, rt.Void, rt.Void]) error {
	var step func()
	step = func() {
		if when, ok := coro.Next(); ok {
			loop.CallLater(when, step)
		} else {
			loop.Stop()
		}
	}
	loop.CallSoon(step)
	if err := loop.RunForever(); err != nil {
		return err
	}
	_, err := coro.Result()
	return err
}
