package rt

// This file classifies the error of a task or a future: an end, a cancellation or a failure.

import (
	"context"
	"errors"
	"io"
)

// isFailure reports whether err is a failure: not nil, not io.EOF and not a cancellation.
func isFailure(err error) bool {
	return err != nil && err != io.EOF && !isCancellation(err)
}

// isCancellation reports whether err is a cancellation, but not a timeout. A tree of errors is
// a cancellation if all its leaves are.
func isCancellation(err error) bool {
	return leavesOf(err, notTimeout).cancelled()
}

func notTimeout(c *CanceledError) bool { return !c.Timeout }

// wasCancelled is isCancellation for the error of t, which has ended. If t was cancelled when
// it ended, an error of package context alone counts as that cancellation.
func (t *Task) wasCancelled() bool {
	l := leavesOf(t.err, notTimeout)
	l.canceled = l.canceled || t.flags&taskCancelled != 0
	return t.Panic() == nil && l.cancelled()
}

// Outcome returns the value and the error with which t ended, or nil. The error of a panic is the
// [*Panic], and that of runtime.Goexit is not nil. Outcome is for observers: unlike
// [TaskOf.Result] and [Task.Failure], it does not count as asking for the result.
func (t *Task) Outcome() (value any, err error) {
	if !t.Done() {
		return nil, nil
	}
	return t.self.(interface{ result() any }).result(), t.err
}

func (t *TaskOf[T]) result() any { return t.value }

// failed is isFailure for the error of t, which has ended.
func (t *Task) failed() bool { return isFailure(t.err) && !t.wasCancelled() }

// isMixed reports whether err is a failure that was joined with a cancellation: the task was
// cancelled, and its cleaning up failed.
func isMixed(err error) bool {
	if _, ok := errors.AsType[*Panic](err); ok {
		return false
	}
	cancelled, ok := errors.AsType[*CanceledError](err)
	return ok && !cancelled.Timeout && isFailure(err)
}

// leaves says which kinds of leaves a tree of errors has. A leaf is an error that wraps no
// other error.
type leaves struct {
	// A [*CanceledError], by a timeout or not. wasCancelled also sets canceled if the task was
	// cancelled when it ended.
	canceled, timedOut bool

	// context.Canceled or context.DeadlineExceeded itself. It does not name the cancellation
	// that it comes from.
	plainCanceled, plainTimedOut bool

	other bool // any other error
}

// cancelled reports whether all leaves are cancellations. A plain error of package context
// beside a cancellation of the same kind counts as that cancellation: a function that was given
// the scope as its context returns it.
func (l leaves) cancelled() bool {
	return !l.other && (l.canceled || l.timedOut) && (l.canceled || !l.plainCanceled) && (l.timedOut || !l.plainTimedOut)
}

// leavesOf returns the kinds of the leaves of err. A [*CanceledError] is a cancellation if is
// reports true for it. The cause of a cancellation is no part of the tree. A panic is no
// cancellation, whatever its value is.
func leavesOf(err error, is func(*CanceledError) bool) (l leaves) {
	l.add(err, is)
	return l
}

func (l *leaves) add(err error, is func(*CanceledError) bool) {
	switch e := err.(type) {
	case nil, *Panic:
		l.other = true
		return
	case *CanceledError:
		l.addCancellation(e, is)
		return
	case interface{ Unwrap() []error }:
		errs := e.Unwrap()
		for _, err := range errs {
			l.add(err, is)
		}
		l.other = l.other || len(errs) == 0
		return
	case interface{ Unwrap() error }:
		l.add(e.Unwrap(), is)
		return
	}
	cancelled, ok := errors.AsType[*CanceledError](err) // found by a method As
	switch {
	case ok:
		l.addCancellation(cancelled, is)
	case errors.Is(err, context.Canceled): // includes the errors that package net makes of context errors
		l.plainCanceled = true
	case errors.Is(err, context.DeadlineExceeded):
		l.plainTimedOut = true
	default:
		l.other = true
	}
}

func (l *leaves) addCancellation(c *CanceledError, is func(*CanceledError) bool) {
	switch {
	case !is(c):
		l.other = true
	case c.Timeout:
		l.timedOut = true
	default:
		l.canceled = true
	}
}
