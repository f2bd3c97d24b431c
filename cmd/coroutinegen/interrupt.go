package main

// This file ends the tool when it is told to.

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// interrupted is the error of a run that a signal has ended.
type interrupted struct{ signal os.Signal }

func (i interrupted) Error() string { return i.signal.String() + ": nothing was written" }

// status is what a shell says of a process that the signal has killed.
func (i interrupted) status() int {
	if i.signal == syscall.SIGTERM {
		return 128 + 15
	}
	return 128 + 2
}

// untilInterrupted returns a context that the first signal ends that asks the process to
// end. The second one ends the process.
func untilInterrupted() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		s, ok := <-signals
		if !ok {
			return
		}
		cancel(interrupted{s})
		if s, ok := <-signals; ok { // also where the process was started with s ignored
			os.Exit(interrupted{s}.status())
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
	}
}
