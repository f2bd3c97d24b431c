//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// Where files may not grow any more, writing fails and says so, rather than that the
// process dies.
func init() { signal.Ignore(syscall.SIGXFSZ) }
