package asynciter

// This file implements which of two errors counts.

import (
	"context"
	"errors"
	"slices"

	"github.com/coroutinegen/coroutinegen/rt"
)

// firstOf returns the first of two errors, unless it only says that the task was cancelled or the
// generator closed, and there is a second one.
func firstOf(a, b error) error {
	if b != nil && (a == nil || only(a, isEnd)) {
		return b
	}
	return a
}

// isEnd reports whether err, which wraps no other error, says that the task was cancelled or the
// generator closed. A timeout is a failure.
func isEnd(err error) bool { return err == rt.ErrGeneratorExit || errors.Is(err, context.Canceled) }

// only reports whether is holds for all leaves of the tree of errors err. A cancellation is a leaf,
// whatever its cause is. A panic counts as an error for which is does not hold.
func only(err error, is func(leaf error) bool) bool {
	switch e := err.(type) {
	case nil, *rt.Panic:
		return false
	case *rt.CanceledError:
		return is(e)
	case interface{ Unwrap() []error }:
		list := e.Unwrap()
		return len(list) > 0 && !slices.ContainsFunc(list, func(err error) bool { return !only(err, is) })
	}
	if inner := errors.Unwrap(err); inner != nil {
		return only(inner, is)
	}
	return is(err)
}
