package netio

// This file implements the listener and its operation accept, which survives a shortage of
// descriptors.

import (
	"fmt"
	"net"
	"syscall"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A Listener accepts stream connections. The rules of [Conn] for loops, goroutines and errors
// apply to it, too.
type Listener struct {
	end        Acceptor
	loop       loopRef
	accept     side
	closed     bool
	suspended  bool          // accept failed, for example for lack of descriptors, and retry will try again
	suspension time.Duration // length of the last suspension; 0: the last accept did not fail
	retry      *rt.Handle
}

// Listen announces on the local address. The network is "tcp", "tcp4", "tcp6" or "unix".
// Addresses are those of [net.Listen]. For TCP, an empty host means every local address, and
// port 0 a free port: see [Listener.Addr]. For Unix sockets the address is a path, which must
// not exist. Close removes the file if it still is that socket. Listen looks up a host name
// other than localhost before it returns.
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

// ReusePort lets several sockets listen on one port (SO_REUSEPORT). The sockets may belong to
// this process and to others of the same user, and each needs this option. On Linux the kernel
// distributes the connections among the sockets. A server can have one listener for each loop,
// and one loop for each core.
func ReusePort() ListenOption { return func(o *listenOptions) { o.reusePort = true } }

// KeepFile makes Close leave the file of a Unix socket in place.
func KeepFile() ListenOption { return func(o *listenOptions) { o.keepFile = true } }

// FileListener returns a listener over a duplicate of the descriptor of from. from is a
// listening stream socket: a [*net.TCPListener], a [*net.UnixListener], or an [*os.File] that
// was inherited. It may be closed afterwards. It becomes non-blocking.
func FileListener(from syscall.Conn) (*Listener, error) {
	end, err := duplicateListener(from)
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: "file", Err: err}
	}
	return NewListener(end), nil
}

// NewListener returns a listener over end. It is for callers that have an Acceptor of their
// own.
func NewListener(end Acceptor) *Listener { return &Listener{end: end} }

// Accept returns the operation that waits for the next connection.
//
// Accept fails only if the listener is closed or can never accept again. It passes over a peer
// that left before it was accepted. Lack of descriptors, memory or buffers (EMFILE, ENFILE,
// ENOMEM, ENOBUFS) and network errors are reported once to the handler of the loop. Accept
// tries again after 5 ms, and then after twice as long each time, up to one second. In the
// meantime new peers wait in the queue of the system, and open connections go on. So a plain
// loop around Accept that returns on error is a robust server.
func (l *Listener) Accept() AcceptOp { return AcceptOp{listener: l} }

// Addr returns the address that l listens on: a [*net.TCPAddr] or a [*net.UnixAddr].
func (l *Listener) Addr() net.Addr { return l.end.Addr() }

// Close stops listening. An Accept that is waiting, and all later ones, fail with
// [net.ErrClosed]. Connections that were accepted stay open.
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

// bind attaches l to loop unless l is attached to loop already.
func (l *Listener) bind(loop *rt.Loop) error {
	if l.loop.Load() == loop {
		return nil
	}
	if l.closed {
		return net.ErrClosed
	}
	return l.loop.claim(loop, func() error {
		l.accept = side{ready: true}
		l.suspended, l.retry = false, nil
		return l.end.Attach(loop, (*listenerReadiness)(l))
	})
}

// listenerReadiness is the Listener as its Acceptor sees it.
type listenerReadiness Listener

func (l *listenerReadiness) Ready(readable, writable bool) {
	if readable && !l.suspended {
		l.accept.wake()
	}
}

// suspend makes l wait before it tries again, after an accept that failed with err.
func (l *Listener) suspend(err error) {
	const shortest, longest = 5 * time.Millisecond, time.Second
	loop := l.loop.Load()
	if l.suspension == 0 {
		l.suspension = shortest
		loop.Report(fmt.Errorf("%w: trying again until it works", l.failed("accept", err)))
	} else {
		l.suspension = min(2*l.suspension, longest)
	}
	l.accept.ready = false
	l.suspended = true
	l.retry = loop.CallLater(l.suspension, func() {
		l.resume()
		l.accept.wake()
	})
}

func (l *Listener) resume() {
	l.suspended = false
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
				t.Wake() // the peer had left: try the next one
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
		l.suspension = 0
		return conn, nil
	case err == ErrWouldBlock:
		l.suspension = 0
		l.accept.ready = false
	case gaveUp(err):
	case passing(err):
		l.suspend(err)
	default:
		return nil, l.failed("accept", err)
	}
	return nil, nil
}

// Loop returns the loop that the listener belongs to, or nil.
func (o AcceptOp) Loop() *rt.Loop { return o.listener.loop.Load() }

// Awaitable implements [rt.Expr].
func (o AcceptOp) Awaitable() rt.Awaitable[*Conn] { return &o }
