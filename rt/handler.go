package rt

// This file is where trouble goes that nobody waits for.

import (
	"fmt"
	"sync/atomic"
)

// WithHandler hands h every panic that nobody is waiting for, as a [*Panic],
// and lets the loop go on. Without a handler such a panic leaves the function
// that runs the loop, and unless somebody recovers it there, ends the program:
// what it would do in a goroutine.
//
// Other trouble that has no caller to go to is handed to h as well. Without a handler
// it is printed on standard error, by a goroutine of its own, for which no loop waits:
// of one kind, that is with errors of the same types from the same function, each loop has
// up to 10 reports in 10 seconds printed, and then how many were left out. Only the end
// of a loop waits for what is still to be printed, a second at most. h is called on the
// goroutine of the loop. Should h panic, both are printed.
func WithHandler(h func(error)) Option { return func(l *Loop) { l.handler = h } }

// SetHandler is [WithHandler] for a loop that exists; nil brings back the
// default.
func (l *Loop) SetHandler(h func(error)) { l.handler = h }

// Handler returns the handler of l, or nil.
func (l *Loop) Handler() func(error) { return l.handler }

// Report hands err to the handler of l, or prints it: for your own callbacks
// that have no caller to return an error to.
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

// unhandled tells about trouble that has not even a loop to go to.
func unhandled(err error) { unhandledOf(nil, err) }

// unhandledOf is unhandled for trouble of l, whose handler is not there or panicked.
func unhandledOf(l *Loop, err error) {
	if h := unhandledBy.Load(); h != nil {
		(*h)(err)
		return
	}
	standardError.report(l, err)
}

var unhandledBy atomic.Pointer[func(error)]

// HandleUnhandled sets what is called, on any goroutine, with trouble that has
// no loop with a handler to go to, such as the [*UnretrievedError] of a future, or
// whose loop is stuck and cannot take it, a [*StuckStepError]; nil brings back the default, to print it on standard error. It returns what
// was set before.
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
