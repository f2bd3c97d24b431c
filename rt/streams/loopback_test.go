package streams_test

// This file implements a connection that delivers to itself what is written to it.

import (
	"net"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

type loopback struct {
	data  []byte
	ready rt.Readiness
}

func (e *loopback) Attach(l *rt.Loop, r rt.Readiness) error { e.ready = r; return nil }

func (e *loopback) Read(p []byte) (int, error) {
	n := copy(p, e.data)
	e.data = e.data[:copy(e.data, e.data[n:])]
	if n == 0 {
		return 0, netio.ErrWouldBlock
	}
	return n, nil
}

func (e *loopback) Write(p []byte) (int, error) {
	e.data = append(e.data, p...)
	e.ready.Ready(true, false)
	return len(p), nil
}

func (e *loopback) CloseWrite() error    { return nil }
func (e *loopback) Close() error         { return nil }
func (e *loopback) LocalAddr() net.Addr  { return nil }
func (e *loopback) RemoteAddr() net.Addr { return nil }
