package main

// This file runs the loop turn by turn, as the slides "Execution callbacks" do: what is in the
// queue runs, and then the loop waits for the first timer.

import (
	"fmt"
	"io"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
)

// execute runs callbackExample to its end, and prints each turn. sleep is how to wait.
func execute(w io.Writer, loop *rt.Loop, sleep func(time.Duration)) error {
	task := rt.Start(loop, callbackExampleAsync(w, loop))
	for n := 1; ; n++ {
		fmt.Fprintf(w, "turn %d, at %.0f s\n", n, loop.Time().Seconds())
		wait, err := loop.Turn()
		if err != nil {
			return err
		}
		if task.Done() {
			fmt.Fprintf(w, "done, with %d timer left\n", loop.Timers())
			return task.Failure()
		}
		sleep(wait)
	}
}
