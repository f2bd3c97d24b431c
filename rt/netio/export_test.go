//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio

// This file is what tests see besides the exported names.

// Descriptor returns the descriptor of c, a Unix socket.
func Descriptor(c *Conn) int { return c.end.(*unixSocket).fd }
