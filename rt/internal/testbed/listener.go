package testbed

// This file implements a listener without a socket.

import (
	"net"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// Accepts is a listener that accepts the given connections and then waits.
type Accepts []*netio.Conn

func (a *Accepts) Attach(*rt.Loop, rt.Readiness) error { return nil }
func (a *Accepts) Addr() net.Addr                      { return nil }
func (a *Accepts) Close() error                        { return nil }
func (a *Accepts) Accept() (*netio.Conn, error) {
	if len(*a) == 0 {
		return nil, netio.ErrWouldBlock
	}
	conn := (*a)[0]
	*a = (*a)[1:]
	return conn, nil
}
