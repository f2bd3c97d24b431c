//go:build !plan9 && !windows

package subprocess

// This file knows the errors of a write to a process that does not read.

import (
	"errors"
	"syscall"
)

// refused reports whether err says that a process did not want what was written
// to its pipe.
func refused(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)
}
