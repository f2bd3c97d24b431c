//go:build !plan9

package streams

import "syscall"

// departures are the errors of a connection whose peer has left.
var departures = []error{syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED, syscall.ETIMEDOUT}
