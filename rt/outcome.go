package rt

// This file is what the error of a task or a future means: an end, a cancellation
// or a failure.

import (
	"errors"
	"io"
)

// isFailure reports whether err is a failure and not an end.
func isFailure(err error) bool {
	return err != nil && err != io.EOF && !isCancellation(err)
}

// isCancellation reports whether err is a cancellation, and not by a timeout: a
// tree of errors is one if all its leaves are.
func isCancellation(err error) bool {
	return everyLeaf(err, func(c *CanceledError) bool { return !c.Timeout })
}

// isMixed reports whether err is a failure that was joined with a cancellation: that
// of the cleaning up of a task that was cancelled.
func isMixed(err error) bool {
	if _, ok := errors.AsType[*Panic](err); ok {
		return false
	}
	cancelled, ok := errors.AsType[*CanceledError](err)
	return ok && !cancelled.Timeout && isFailure(err)
}

// everyLeaf reports whether every leaf of the tree err is a cancellation for which
// is returns true. The cause of a cancellation is no part of the tree. A panic is no
// cancellation, whatever its value.
func everyLeaf(err error, is func(*CanceledError) bool) bool {
	switch e := err.(type) {
	case nil, *Panic:
		return false
	case *CanceledError:
		return is(e)
	case interface{ Unwrap() []error }:
		errs := e.Unwrap()
		for _, err := range errs {
			if !everyLeaf(err, is) {
				return false
			}
		}
		return len(errs) > 0
	case interface{ Unwrap() error }:
		return everyLeaf(e.Unwrap(), is)
	}
	cancelled, ok := errors.AsType[*CanceledError](err) // by a method As
	return ok && is(cancelled)
}
