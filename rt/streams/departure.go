package streams

// This file distinguishes a handler that fails from a handler whose peer has left.

import (
	"errors"
	"io"
	"net"
	"slices"

	"github.com/coroutinegen/coroutinegen/rt"
)

// report reports the failure of the task of c, which has ended, if it is a failure.
func (c *client) report() {
	t := c.task
	if t.Panic() != nil { // a panic is reported elsewhere
		return
	}
	cancelled := t.Cancelled()
	if err := t.Failure(); err != nil && !cancelled && !c.departed(err) {
		t.Loop().Report(&rt.UnretrievedError{Task: t.String(), Err: err, Spawned: t.SpawnedAt()})
	}
}

// departed reports whether err says only that the connection of c has ended. Each of several
// joined errors must say so, and must concern this connection and no other.
func (c *client) departed(err error) bool {
	switch e := err.(type) {
	case *rt.CanceledError:
		return !e.Timeout
	case *net.OpError:
		return sameAddr(e.Source, c.conn.LocalAddr()) && sameAddr(e.Addr, c.conn.RemoteAddr()) && (left(e.Err) || c.closed && errors.Is(e.Err, net.ErrClosed))
	case interface{ Unwrap() error }:
		return c.departed(e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, err := range e.Unwrap() {
			if !c.departed(err) {
				return false
			}
		}
		return true
	}
	return err == io.EOF || c.closed && err == net.ErrClosed // a Writer returns the plain error
}

// left reports whether err is an error of the system about a peer that has reset the connection
// or vanished.
func left(err error) bool {
	return slices.ContainsFunc(departures, func(code error) bool { return errors.Is(err, code) })
}

func sameAddr(a, b net.Addr) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return a.Network() == b.Network() && a.String() == b.String()
}
