package rt

// This file defines where errors and panics go that nobody waits for.

import (
	"fmt"
	"sync/atomic"
)

// WithHandler makes the loop pass every panic that nobody waits for to h, as a [*Panic], and go
// on. Without a handler, such a panic leaves the function that runs the loop. Unless it is
// recovered there, it ends the program, as it would in a goroutine.
//
// The loop passes to h other errors that have no caller to go to, as well. Without a handler, a
// goroutine prints them on standard error, and no loop waits for that goroutine. Errors are of
// one kind if they have the same types and come from the same function. For each kind, each
// loop prints up to 10 reports in 10 seconds, and then the number of reports left out. The end
// of a loop waits up to one second for reports that are not printed yet. The loop calls h on
// its goroutine. If h panics, the loop prints both the panic and the error that h was called
// with.
func WithHandler(h func(error)) Option { return func(l *Loop) { l.handler = h } }

// SetHandler is [WithHandler] for a loop that exists. A nil h restores the default.
func (l *Loop) SetHandler(h func(error)) { l.handler = h }

// Handler returns the handler of l, or nil.
func (l *Loop) Handler() func(error) { return l.handler }

// Report passes err to the handler of l, or prints it. Use it in callbacks that have no caller
// to return an error to.
func (l *Loop) Report(err error) {
	if l.handler == nil {
		unhandledOf(l, err)
		return
	}
	defer func() {
		if v := recover(); v != nil {
			unhandledOf(l, fmt.Errorf("the handler of the event loop panicked: %v; it was told: %w", v, err))
		}
	}()
	if d := l.debug; d != nil {
		d.watchdog.began(nil)
		defer d.watchdog.ended()
	}
	l.handler(err)
}

// unhandled reports an error that belongs to no loop.
func unhandled(err error) { unhandledOf(nil, err) }

// unhandledOf reports an error of l, whose handler is missing or panicked.
func unhandledOf(l *Loop, err error) {
	if h := unhandledBy.Load(); h != nil {
		(*h)(err)
		return
	}
	standardError.report(l, err)
}

var unhandledBy atomic.Pointer[func(error)]

// HandleUnhandled sets the function to which errors go that cannot go to the handler of a loop.
// Such an error belongs to no loop with a handler, as the [*UnretrievedError] of a future, or
// its loop is stuck and cannot take it, as a [*StuckStepError]. h is called on any goroutine. A
// nil h restores the default, which prints the errors on standard error. HandleUnhandled
// returns the function that was set before.
func HandleUnhandled(h func(error)) (before func(error)) {
	var old *func(error)
	if h == nil {
		old = unhandledBy.Swap(nil)
	} else {
		old = unhandledBy.Swap(&h)
	}
	if old == nil {
		return nil
	}
	return *old
}
