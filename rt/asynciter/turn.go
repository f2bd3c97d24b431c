package asynciter

// This file implements what the Next of the adapters have in common.

import (
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
)

// A turn is the Next of an Iterator that is going on. Only one Next at a time may be.
type turn struct {
	home  rt.Home
	task  *rt.Task  // whose Next it is; nil: there is none
	scope *rt.Scope // limits the time; nil: no limit
}

// begin begins a Next of t.
func (u *turn) begin(t *rt.Task) error {
	u.home.Enter(t, "asynchronous iterator")
	if u.task != nil && u.task != t && !u.task.Done() {
		return asyncgen.ErrRunning
	}
	u.task, u.scope = t, nil
	return nil
}

// leave is a deferred call of each poll. It ends the Next unless that is suspended.
func (u *turn) leave(suspended *bool) {
	if *suspended {
		return
	}
	if u.scope != nil {
		u.scope.Close()
	}
	u.task, u.scope = nil, nil
}

// missed reports whether err, with which the Next fails, only says that its time is up. It closes the
// scope. The error outer is that of a task that is cancelled, whether the time is up or not.
func (u *turn) missed(err error) (late bool, outer error) {
	if u.scope != nil {
		cause := u.scope.Cause()
		late = cause != nil && only(err, func(leaf error) bool { return leaf == cause })
		u.scope.Close()
	}
	return late, u.task.Err()
}
