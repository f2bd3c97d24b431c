package netio

// This file is the listener and its operation, accept, which outlives a
// shortage of descriptors.

import (
	"fmt"
	"github.com/coroutinegen/coroutinegen/rt"
	"net"
	"syscall"
	"time"
)

// A Listener accepts stream connections. The rules of [Conn] for loops,
// goroutines and errors hold for it too.
type Listener struct {
	end     Acceptor
	loop    loopRef
	accept  side
	closed  bool
	pausing bool          // out of descriptors, say: retry will end it
	pause   time.Duration // of the last failure in a row, 0: none
	retry   *rt.Handle
}

// Listen announces on the local address. The network is "tcp", "tcp4", "tcp6"
// or "unix"; addresses are those of [net.Listen]: for TCP an empty host is every
// local address, port 0 a free one, see [Listener.Addr]; for Unix sockets a
// path, which must not exist, and which Close removes if it still is that
// socket. A host name other than localhost is looked up before Listen returns.
func Listen(network, addr string, options ...ListenOption) (*Listener, error) {
	switch network {
	case "tcp", "tcp4", "tcp6", "unix":
	default:
		return nil, &net.OpError{Op: "listen", Net: network, Err: net.UnknownNetworkError(network)}
	}
	var o listenOptions
	for _, option := range options {
		option(&o)
	}
	end, err := listen(network, addr, o)
	if err != nil {
		return nil, err
	}
	return NewListener(end), nil
}

// A ListenOption configures [Listen] and [ListenPacket].
type ListenOption func(*listenOptions)

type listenOptions struct{ reusePort, keepFile bool }

// ReusePort lets several sockets, of this process and of others of the same
// user, listen on one port, each with this option (SO_REUSEPORT). On Linux the
// kernel spreads the connections over them: one listener for each loop, one
// loop for each core.
func ReusePort() ListenOption { return func(o *listenOptions) { o.reusePort = true } }

// KeepFile lets Close leave the file of a Unix socket where it is.
func KeepFile() ListenOption { return func(o *listenOptions) { o.keepFile = true } }

// FileListener returns a listener over a duplicate of the descriptor of from, a
// listening stream socket: a [*net.TCPListener], a [*net.UnixListener], or an
// [*os.File] that was inherited. from may be closed afterwards; it becomes
// non-blocking.
func FileListener(from syscall.Conn) (*Listener, error) {
	end, err := duplicateListener(from)
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: "file", Err: err}
	}
	return NewListener(end), nil
}

// NewListener returns a listener over end. It is for those who bring their own
// carrier.
func NewListener(end Acceptor) *Listener { return &Listener{end: end} }

// Accept returns the operation that waits for the next connection.
//
// It fails for good only: when the listener is closed or cannot ever accept.
// A peer that has given up while it waited in line is passed over. Running out
// of descriptors, memory or buffers (EMFILE, ENFILE, ENOMEM, ENOBUFS) and
// trouble with the network are reported once to the loop's handler, and tried again after 5
// ms, then after twice as long each time, up to a second: peers wait in line
// in the meantime and the connections that are open go on. So the plain loop
// around Accept that returns on error is a robust server.
func (l *Listener) Accept() AcceptOp { return AcceptOp{listener: l} }

// Addr returns the address that l listens on: a [*net.TCPAddr] or a
// [*net.UnixAddr].
func (l *Listener) Addr() net.Addr { return l.end.Addr() }

// Close stops listening. An Accept that is waiting, and all later ones, fail
// with [net.ErrClosed]; connections that were accepted stay open.
func (l *Listener) Close() error {
	if l.closed {
		return l.failed("close", net.ErrClosed)
	}
	l.closed = true
	l.resume()
	err := l.end.Close()
	l.accept.wake()
	if err != nil {
		return l.failed("close", err)
	}
	return nil
}

// bind attaches l to loop, unless it is so already.
func (l *Listener) bind(loop *rt.Loop) error {
	if l.loop.Load() == loop {
		return nil
	}
	if l.closed {
		return net.ErrClosed
	}
	return l.loop.claim(loop, func() error {
		l.accept = side{ready: true}
		l.pausing, l.retry = false, nil
		return l.end.Attach(loop, (*listenerReadiness)(l))
	})
}

// listenerReadiness is what an Acceptor knows of its Listener.
type listenerReadiness Listener

func (l *listenerReadiness) Ready(readable, writable bool) {
	if readable && !l.pausing {
		l.accept.wake()
	}
}

// postpone lets the next try wait, after one that failed with err.
func (l *Listener) postpone(err error) {
	const shortest, longest = 5 * time.Millisecond, time.Second
	loop := l.loop.Load()
	if l.pause == 0 {
		l.pause = shortest
		loop.Report(fmt.Errorf("%w: trying again until it works", l.failed("accept", err)))
	} else {
		l.pause = min(2*l.pause, longest)
	}
	l.accept.ready = false
	l.pausing = true
	l.retry = loop.CallLater(l.pause, func() {
		l.resume()
		l.accept.wake()
	})
}

func (l *Listener) resume() {
	l.pausing = false
	if l.retry != nil {
		l.retry.Cancel()
		l.retry = nil
	}
}

func (l *Listener) failed(op string, err error) error {
	addr := l.end.Addr()
	network := "tcp"
	if addr != nil {
		network = addr.Network()
	}
	return &net.OpError{Op: op, Net: network, Addr: addr, Err: err}
}

// An AcceptOp is an accept in progress, made by [Listener.Accept].
type AcceptOp struct {
	listener *Listener
	stage    rt.Stage
}

// Poll implements [rt.Awaitable].
func (o *AcceptOp) Poll(t *rt.Task) (conn *Conn, err error, ready bool) {
	l := o.listener
	first, err, ready := o.stage.Begin(t, "accept")
	if err != nil || !ready {
		return nil, err, ready
	}
	if first {
		if err := l.bind(t.Loop()); err != nil {
			return nil, l.failed("accept", err), true
		}
		if !l.accept.enter(t) {
			return nil, l.failed("accept", errBusyAccepting), true
		}
	}
	if l.accept.ready {
		conn, err = l.tryAccept()
	}
	if conn == nil && err == nil {
		if err = t.Err(); err == nil {
			l.accept.wait(t)
			if l.accept.ready {
				t.Wake() // that peer had left: go on with the next
			}
			o.stage.Suspend(t)
			return nil, nil, false
		}
	}
	l.accept.leave(t)
	return conn, err, true
}

// tryAccept returns a connection, a final error, or neither.
func (l *Listener) tryAccept() (*Conn, error) {
	if l.closed {
		return nil, l.failed("accept", net.ErrClosed)
	}
	conn, err := l.end.Accept()
	switch {
	case err == nil:
		l.pause = 0
		return conn, nil
	case err == ErrWouldBlock:
		l.pause = 0
		l.accept.ready = false
	case gaveUp(err):
	case passing(err):
		l.postpone(err)
	default:
		return nil, l.failed("accept", err)
	}
	return nil, nil
}

// Loop returns the loop that the listener belongs to, or nil.
func (o AcceptOp) Loop() *rt.Loop { return o.listener.loop.Load() }

// Awaitable implements [rt.Expr].
func (o AcceptOp) Awaitable() rt.Awaitable[*Conn] { return &o }
