package rt

// This file implements the callbacks of a loop: now, later, and from other goroutines.

import (
	"fmt"
	"path"
	"reflect"
	"runtime"
	"time"
)

// A Handle is a callback that a loop will call.
type Handle struct {
	loop  *Loop
	fn    func() // nil: called or cancelled
	timer timer
}

// CallSoon calls fn in the next turn, after the functions that were passed to CallSoon before.
// [WithHandler] describes what happens if fn panics. On a closed loop CallSoon, CallLater and
// CallAt panic with [ErrLoopClosed].
func (l *Loop) CallSoon(fn func()) *Handle {
	l.check("Loop.CallSoon")
	l.mustBeOpen()
	h := &Handle{loop: l, fn: fn}
	l.ready.push(h)
	return h
}

// CallLater calls fn after at least d.
func (l *Loop) CallLater(d time.Duration, fn func()) *Handle {
	return l.CallAt(l.after(max(d, 0)), fn)
}

// CallAt calls fn when [Loop.Time] is at least when. Callbacks for the same time are called in
// the order of the calls of CallAt.
func (l *Loop) CallAt(when time.Duration, fn func()) *Handle {
	l.check("Loop.CallAt")
	l.mustBeOpen()
	h := &Handle{loop: l, fn: fn}
	l.timers.arm(&h.timer, when, h)
	l.nudge()
	return h
}

// CallSoonThreadsafe calls fn on the loop. Functions are called in the order in which they were
// passed to CallSoonThreadsafe. Any goroutine may call it. The error is [ErrLoopClosed] if the
// loop is closed, or if it is closing and nothing but such calls keeps it open. It is the error
// of the poller if that could not wake a loop that waits.
func (l *Loop) CallSoonThreadsafe(fn func()) error {
	return l.sendUnless(&l.sealed, callback(fn))
}

// Cancel cancels the callback. It reports false if the callback was called or cancelled before.
func (h *Handle) Cancel() bool {
	h.loop.check("Handle.Cancel")
	h.loop.timers.disarm(&h.timer)
	waiting := h.fn != nil
	h.fn = nil
	return waiting
}

// When returns the time, by [Loop.Time], at which the callback is due. It reports false if the
// callback does not wait for a time, or no longer waits.
func (h *Handle) When() (when time.Duration, waiting bool) {
	if h.timer.pos <= 0 {
		return 0, false
	}
	return h.loop.timers.entries[h.timer.pos-1].when, true
}

// String returns the function that will be called, and when.
func (h *Handle) String() string {
	if h.fn == nil {
		return "callback (called or cancelled)"
	}
	fn := runtime.FuncForPC(reflect.ValueOf(h.fn).Pointer())
	file, line := fn.FileLine(fn.Entry())
	text := fmt.Sprintf("callback %s %s:%d", path.Base(fn.Name()), path.Base(file), line)
	if when, waiting := h.When(); waiting {
		text += fmt.Sprintf(" due at %v", when)
	}
	return text
}

func (h *Handle) run(l *Loop) {
	if fn := h.fn; fn != nil {
		h.fn = nil
		callback(fn).run(l)
	}
}

func (h *Handle) task() *Task { return nil }
func (h *Handle) expire()     { h.loop.ready.push(h) }

// A callback is a function that nobody can cancel, so it needs no Handle.
type callback func()

func (fn callback) run(l *Loop) {
	l.calling = true
	fn()
	l.calling = false
}

func (fn callback) task() *Task    { return nil }
func (fn callback) arrive(l *Loop) { l.ready.push(fn) }

// mustBeOpen panics if l is closed.
func (l *Loop) mustBeOpen() {
	if l.closed { // needs no lock: only the goroutine of the loop sets closed
		panic(ErrLoopClosed)
	}
}
