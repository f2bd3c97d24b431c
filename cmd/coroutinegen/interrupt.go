package main

// This file ends the tool after a signal.

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// interrupted is the error of a run that was ended by a signal.
type interrupted struct{ signal os.Signal }

func (i interrupted) Error() string { return i.signal.String() + ": nothing was written" }

// status returns the status that a shell reports for a process killed by the signal.
func (i interrupted) status() int {
	if i.signal == syscall.SIGTERM {
		return 128 + 15
	}
	return 128 + 2
}

// untilInterrupted returns a context that ends with the first signal that asks the process
// to end. The second signal ends the process.
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

// echo is the time after a signal in which the same signal is taken for its repetition: a
// terminal sends Ctrl-C to all processes of a command, and "go tool" also passes it on to
// its child.
const echo = 500 * time.Millisecond

// obey calls cancel at the first signal and exit at the second. The second signal ends the
// process even if the process was started with that signal ignored.
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
