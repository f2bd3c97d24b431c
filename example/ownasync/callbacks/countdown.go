package main

// This file is asynco.py: countdown and countup without threads.

import (
	"fmt"
	"io"
	"time"

	"github.com/coroutinegen/coroutinegen/example/ownasync/sched"
)

// A loop with a sleep in it becomes a function that is called again.
func countdown(s sched.Caller, w io.Writer, n int) {
	if n > 0 {
		fmt.Fprintln(w, "Down", n)
		s.CallLater(4*time.Second, func() { countdown(s, w, n-1) })
	}
}

// A variable of the loop becomes a parameter of the function that is called again.
func countup(s sched.Caller, w io.Writer, stop int) {
	var run func(x int)
	run = func(x int) {
		if x < stop {
			fmt.Fprintln(w, "Up", x)
			s.CallLater(time.Second, func() { run(x + 1) })
		}
	}
	run(0)
}

func startCounting(s sched.Caller, w io.Writer) {
	s.CallSoon(func() { countdown(s, w, 5) })
	s.CallSoon(func() { countup(s, w, 20) })
}
