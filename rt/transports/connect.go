package transports

// This file holds the ways to make transports, and the task that owns one.

import (
	"errors"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// A Conn is a connection that a transport can own: an [*netio.Conn], or a type that
// embeds one.
type Conn interface {
	Detach() (netio.Endpoint, error)
}

// New makes a transport of conn and calls p.ConnectionMade. The connection must be
// idle, and the caller must not use it any more. A task of the loop owns the
// transport: if the loop is closed, the transport is closed, too.
func New(l *rt.Loop, conn Conn, p Protocol) (*Transport, error) {
	t, err := newTransport(conn, p)
	if err != nil {
		return nil, err
	}
	if err := t.connect(l); err != nil {
		t.end.Close()
		return nil, err
	}
	rt.Start(l, rt.NewCoroutine[rt.Void](&guardFrame{t: t, connected: true}))
	return t, nil
}

// guardFrame is the task that owns a transport. When it is cancelled, it aborts the
// transport.
type guardFrame struct {
	conn      Conn // to make the transport of, if there is none
	factory   func() Protocol
	t         *Transport
	connected bool
}

// Poll implements [rt.Awaitable].
func (f *guardFrame) Poll(task *rt.Task) (_ rt.Void, err error, ready bool) {
	if !f.connected {
		f.connected = true
		if f.t, err = newTransport(f.conn, f.factory()); err != nil {
			return rt.Void{}, err, true
		}
		if err := f.t.connect(task.Loop()); err != nil {
			f.t.end.Close()
			return rt.Void{}, err, true
		}
	}
	_, err, ready = f.t.lost.Poll(task)
	if ready && err != nil { // cancelled
		if n := f.t.unsent(); n > 0 && errors.Is(err, rt.ErrLoopClosed) {
			task.LoseUnsent(n, f.t.LocalAddr(), f.t.RemoteAddr())
		}
		f.t.fail(err)
		f.t.tell(err)
	}
	return rt.Void{}, nil, ready
}

// Dial returns the operation that connects, as [netio.Dial] does, and makes a transport
// of the connection. factory returns its protocol. Dial is asyncio's
// create_connection.
func Dial(network, addr string, factory func() Protocol) DialOp {
	return DialOp{dial: netio.Dial(network, addr), factory: factory}
}

// A DialOp is the operation that [Dial] returns.
type DialOp struct {
	dial    netio.DialOp
	factory func() Protocol
}

// Poll implements [rt.Awaitable].
func (o *DialOp) Poll(t *rt.Task) (*Transport, error, bool) {
	conn, err, ready := o.dial.Poll(t)
	if !ready || err != nil {
		return nil, err, ready
	}
	transport, err := New(t.Loop(), conn, o.factory())
	return transport, err, true
}

// Awaitable implements [rt.Expr].
func (o DialOp) Awaitable() rt.Awaitable[*Transport] { return &o }

// Serve returns a server that makes a transport of each connection that l accepts.
// factory returns the protocol of each. The server's CancelClients aborts the
// transports. Serve is asyncio's create_server.
func Serve(l *netio.Listener, factory func() Protocol) *streams.Server {
	return streams.NewServer(l, func(conn *netio.Conn) rt.Coroutine[rt.Void] {
		return rt.NewCoroutine[rt.Void](&guardFrame{conn: conn, factory: factory})
	})
}
