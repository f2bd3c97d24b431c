package subprocess

// This file knows the errors of a write to a process that does not read.

import (
	"errors"
	"syscall"
)

const errNoData = syscall.Errno(232) // the pipe is being closed

// refused reports whether err says that a process did not want what was written
// to its pipe.
func refused(err error) bool {
	return errors.Is(err, syscall.ERROR_BROKEN_PIPE) || errors.Is(err, errNoData)
}
