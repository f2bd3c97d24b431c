package rttest

// This file names the errors of a connection that is gone.

import "syscall"

// The errors of Plan 9 are texts.
var (
	errPipe  = syscall.NewError("i/o on hungup channel")
	errReset = syscall.NewError("connection reset by peer")
)
