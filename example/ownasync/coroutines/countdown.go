package main

// This file has the tasks of yieldo.py: countdown and countup.

import (
	"fmt"
	"io"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// countdown is again a loop with a sleep in it. Compare the first program of the page, and the
// functions that call themselves later.
//
//coroutine:generator
func countdown(s *Scheduler, w io.Writer, n int, y co.Yielder[rt.Void, rt.Void]) error {
	for n > 0 {
		fmt.Fprintln(w, "Down", n)
		if err := s.Sleep(4*time.Second, y); err != nil {
			return err
		}
		n--
	}
	return nil
}

//coroutine:generator
func countup(s *Scheduler, w io.Writer, stop int, y co.Yielder[rt.Void, rt.Void]) error {
	for x := range stop {
		fmt.Fprintln(w, "Up", x)
		if err := s.Sleep(time.Second, y); err != nil {
			return err
		}
	}
	return nil
}

func startCounting(s *Scheduler, w io.Writer) {
	s.NewTask(countdownPull(s, w, 5))
	s.NewTask(countupPull(s, w, 20))
}
