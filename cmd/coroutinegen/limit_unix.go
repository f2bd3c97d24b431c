//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// Without SIGXFSZ, writing beyond the limit of the file size fails with an error. With the
// signal, the process would die.
func init() { signal.Ignore(syscall.SIGXFSZ) }
