//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio

// This file opens parts of the package to its tests.

// Descriptor returns the descriptor of c, a Unix socket.
func Descriptor(c *Conn) int { return c.end.(*unixSocket).fd }
