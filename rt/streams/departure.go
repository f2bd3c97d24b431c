package streams

// This file tells a handler that fails from one whose peer has left.

import (
	"errors"
	"io"
	"net"
	"slices"

	"github.com/coroutinegen/coroutinegen/rt"
)

// report reports the failure of the task of c, which has ended, if it is one.
func (c *client) report() {
	t := c.task
	if t.Panic() != nil { // it goes where panics go
		return
	}
	cancelled := t.Cancelled()
	if err := t.Failure(); err != nil && !cancelled && !c.departed(err) {
		t.Loop().Report(&rt.UnretrievedError{Task: t.String(), Err: err, Spawned: t.SpawnedAt()})
	}
}

// departed reports whether err says no more than that the connection of c has
// ended. Of several joined errors each must; and it must be this connection,
// not one to somebody else.
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
	return err == io.EOF || c.closed && err == net.ErrClosed // so says a Writer
}

// left reports whether err is what the system says of a peer that has reset the
// connection or vanished.
func left(err error) bool {
	return slices.ContainsFunc(departures, func(code error) bool { return errors.Is(err, code) })
}

func sameAddr(a, b net.Addr) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return a.Network() == b.Network() && a.String() == b.String()
}
