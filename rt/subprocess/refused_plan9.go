package subprocess

// This file knows the errors of a write to a process that does not read.

import (
	"errors"
	"syscall"
)

// refused reports whether err says that a process did not want what was written
// to its pipe. The errors of Plan 9 are texts.
func refused(err error) bool {
	var text syscall.ErrorString
	return errors.As(err, &text) && text == "i/o on hungup channel"
}
