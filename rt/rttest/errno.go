//go:build !plan9

package rttest

// This file names the errors of a connection that is gone.

import "syscall"

const (
	errPipe  = syscall.EPIPE
	errReset = syscall.ECONNRESET
)
