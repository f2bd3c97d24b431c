package main

// This file ends the tool when it is told to.

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
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

// untilInterrupted returns a context that ends with the first signal that asks the process
// to end. The second one ends the process.
func untilInterrupted() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go obey(signals, time.Now, cancel, os.Exit)
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
	}
}

// echo is how long after a signal the same one is taken for its echo: a terminal sends
// Ctrl-C to all processes of a command, and "go tool" passes it on to its child besides.
const echo = 500 * time.Millisecond

// obey calls cancel at the first signal and exit at the second, which may also come where
// the process was started with that signal ignored.
func obey(signals <-chan os.Signal, now func() time.Time, cancel func(error), exit func(status int)) {
	first, ok := <-signals
	if !ok {
		return
	}
	began := now()
	cancel(interrupted{first})
	for s := range signals {
		if s != first || now().Sub(began) >= echo {
			exit(interrupted{s}.status())
		}
	}
}
