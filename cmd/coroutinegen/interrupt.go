package main

// This file ends the tool when it is told to.

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// interrupted is the error of a run that a signal has ended.
type interrupted struct{ signal syscall.Signal }

func (i interrupted) Error() string { return i.signal.String() + ": nothing was written" }

// status is what a shell says of a process that the signal has killed.
func (i interrupted) status() int { return 128 + int(i.signal) }

// untilInterrupted returns a context that the first signal ends that asks the process to
// end. The second one ends the process.
func untilInterrupted() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		if s, ok := <-signals; ok {
			signal.Stop(signals)
			s, _ := s.(syscall.Signal)
			cancel(interrupted{s})
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
	}
}
