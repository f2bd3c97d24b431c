package netio

// This file implements datagram sockets, UDP and Unix, and their two operations.

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A PacketAddr is the source or destination of a datagram: a UDP address or the path of a Unix
// socket. PacketAddrs are comparable, so they can be keys of a map. The zero PacketAddr is the
// address of a Unix socket without a path.
type PacketAddr struct {
	UDP  netip.AddrPort
	Path string
}

func (a PacketAddr) String() string {
	if a.UDP.IsValid() {
		return a.UDP.String()
	}
	return a.Path
}

// A PacketConn is a datagram socket, like a [net.PacketConn] whose operations are awaited. The
// rules of [Conn] for loops, goroutines and errors apply to it, too.
type PacketConn struct {
	duplex
	end PacketEndpoint
}

// A PacketEndpoint carries a [PacketConn]. The rules of [Endpoint] apply.
type PacketEndpoint interface {
	Attach(l *rt.Loop, r rt.Readiness) error

	// ReadFrom reads one datagram. The error is ErrWouldBlock if there is none. It is
	// io.ErrShortBuffer, with n == len(p), if p was too small and the rest of the datagram is
	// lost.
	ReadFrom(p []byte) (n int, from PacketAddr, err error)

	// WriteTo sends p as one datagram. If the endpoint is connected, the datagram goes to the
	// peer, and to is zero. The error is ErrWouldBlock if there is no room.
	WriteTo(p []byte, to PacketAddr) error

	Close() error // called at most once
	LocalAddr() net.Addr
	RemoteAddr() net.Addr // nil: not connected
}

// NewPacketConn returns a connection over end. It is for callers that have a PacketEndpoint of
// their own.
func NewPacketConn(end PacketEndpoint) *PacketConn { return &PacketConn{end: end} }

// ListenPacket returns a socket that receives datagrams sent to the local address. The network
// is "udp", "udp4", "udp6" or "unixgram". Addresses are those of [net.ListenPacket]. Close
// removes the file of a Unix socket if it still is that socket. ListenPacket looks up a host
// name other than localhost before it returns.
func ListenPacket(network, addr string, options ...ListenOption) (*PacketConn, error) {
	switch network {
	case "udp", "udp4", "udp6", "unixgram":
	default:
		return nil, &net.OpError{Op: "listen", Net: network, Err: net.UnknownNetworkError(network)}
	}
	var o listenOptions
	for _, option := range options {
		option(&o)
	}
	end, err := listenPacket(network, addr, o)
	if err != nil {
		return nil, err
	}
	return NewPacketConn(end), nil
}

// DialPacket returns a socket that sends to addr and receives only from addr. If the network is
// "udp", "udp4" or "udp6", addr is an IP address with a port. It is not a name: [Resolve] looks
// up names. If the network is "unixgram", addr is a path.
func DialPacket(network, addr string) (*PacketConn, error) {
	switch network {
	case "udp", "udp4", "udp6":
		if _, err := netip.ParseAddrPort(addr); err != nil {
			return nil, &net.OpError{Op: "dial", Net: network,
				Err: fmt.Errorf("%w: names are looked up with netio.Resolve, which does not hold up the loop", err)}
		}
	case "unixgram":
	default:
		return nil, &net.OpError{Op: "dial", Net: network, Err: net.UnknownNetworkError(network)}
	}
	conn, err := net.Dial(network, addr)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return FilePacketConn(conn.(syscall.Conn))
}

// FilePacketConn returns a connection over a duplicate of the descriptor of from, a datagram
// socket: a [*net.UDPConn], a [*net.UnixConn] or an [*os.File]. from may be closed afterwards.
// It becomes non-blocking.
func FilePacketConn(from syscall.Conn) (*PacketConn, error) {
	end, err := duplicatePacket(from)
	if err != nil {
		return nil, &net.OpError{Op: "open", Net: "file", Err: err}
	}
	return NewPacketConn(end), nil
}

// ReadFrom returns the operation that waits for a datagram and copies it to p. The results are
// the number of bytes and the sender. If the datagram is longer than p, the rest is lost and
// the error is io.ErrShortBuffer. A cancelled read has taken no datagram.
func (c *PacketConn) ReadFrom(p []byte) ReadFromOp { return ReadFromOp{conn: c, p: p} }

// WriteTo returns the operation that sends p as one datagram. It waits until there is room. p
// must not be changed before the operation is over. On a connected socket, use
// [PacketConn.Write].
func (c *PacketConn) WriteTo(p []byte, to PacketAddr) WriteToOp {
	return WriteToOp{conn: c, p: p, to: to}
}

// Write returns the operation that sends p to the peer of a connected socket.
func (c *PacketConn) Write(p []byte) WriteToOp { return WriteToOp{conn: c, p: p} }

// Close closes the socket. Operations that are waiting, and all later ones, fail with
// [net.ErrClosed].
func (c *PacketConn) Close() error {
	if c.closed {
		return c.failed("close", net.ErrClosed, PacketAddr{})
	}
	c.closed = true
	err := c.end.Close()
	c.read.wake()
	c.write.wake()
	if err != nil {
		return c.failed("close", err, PacketAddr{})
	}
	return nil
}

// LocalAddr returns the address of the socket: a [*net.UDPAddr] or a
// [*net.UnixAddr].
func (c *PacketConn) LocalAddr() net.Addr { return c.end.LocalAddr() }

// RemoteAddr returns the address of the peer, or nil if c is not connected.
func (c *PacketConn) RemoteAddr() net.Addr { return c.end.RemoteAddr() }

// packetReadiness is the PacketConn as its PacketEndpoint sees it.
type packetReadiness PacketConn

func (c *packetReadiness) Ready(readable, writable bool) { c.duplex.wake(readable, writable) }

// enter does the first poll of an operation on a side of c.
func (c *PacketConn) enter(s *side, t *rt.Task, op string, to PacketAddr, busy error) error {
	if err := c.bind(t.Loop()); err != nil {
		return c.failed(op, err, to)
	}
	if !s.enter(t) {
		return c.failed(op, busy, to)
	}
	return nil
}

// bind attaches c to l unless c is attached to l already.
func (c *PacketConn) bind(l *rt.Loop) error {
	return c.duplex.bind(l, func() error { return c.end.Attach(l, (*packetReadiness)(c)) })
}

// failed returns err wrapped as package net would wrap it.
func (c *PacketConn) failed(op string, err error, to PacketAddr) error {
	local, remote := c.end.LocalAddr(), c.end.RemoteAddr()
	if to.UDP.IsValid() {
		remote = net.UDPAddrFromAddrPort(to.UDP)
	} else if to.Path != "" {
		remote = &net.UnixAddr{Name: to.Path, Net: "unixgram"}
	}
	network := "udp"
	if local != nil {
		network = local.Network()
	}
	return &net.OpError{Op: op, Net: network, Source: local, Addr: remote, Err: err}
}

// A ReadFromOp is the operation that [PacketConn.ReadFrom] returns.
type ReadFromOp struct {
	conn  *PacketConn
	p     []byte
	stage rt.Stage
}

// Poll implements [rt.Awaitable].
func (o *ReadFromOp) Poll(t *rt.Task) (v rt.Two[int, PacketAddr], err error, ready bool) {
	c := o.conn
	first, err, ready := o.stage.Begin(t, "read")
	if err != nil || !ready {
		return v, err, ready
	}
	if first {
		if err := c.enter(&c.read, t, "read", PacketAddr{}, errBusyReading); err != nil {
			return v, err, true
		}
	}
	ready = false
	if c.read.ready {
		v.V1, v.V2, err, ready = c.tryRead(o.p)
	}
	if !ready {
		if err = t.Err(); err == nil {
			c.read.wait(t)
			o.stage.Suspend(t)
			return v, nil, false
		}
	}
	c.read.leave(t)
	return v, err, true
}

func (c *PacketConn) tryRead(p []byte) (n int, from PacketAddr, err error, ready bool) {
	if c.closed {
		return 0, from, c.failed("read", net.ErrClosed, from), true
	}
	n, from, err = c.end.ReadFrom(p)
	switch {
	case err == nil:
	case err == ErrWouldBlock:
		c.read.ready = false
		return 0, from, nil, false
	default:
		err = c.failed("read", err, from)
	}
	return n, from, err, true
}

// Loop returns the loop that the socket belongs to, or nil.
func (o ReadFromOp) Loop() *rt.Loop { return o.conn.loop.Load() }

// Awaitable implements [rt.Expr].
func (o ReadFromOp) Awaitable() rt.Awaitable[rt.Two[int, PacketAddr]] { return &o }

// A WriteToOp is the operation that [PacketConn.WriteTo] returns.
type WriteToOp struct {
	conn  *PacketConn
	p     []byte
	to    PacketAddr
	stage rt.Stage
	delay retryDelay // after the queue of the receiver was full
}

// Poll implements [rt.Awaitable]. The value is len(p) unless there is an error.
func (o *WriteToOp) Poll(t *rt.Task) (n int, err error, ready bool) {
	c := o.conn
	first, err, ready := o.stage.Begin(t, "write")
	if err != nil || !ready {
		return 0, err, ready
	}
	if first {
		if err := c.enter(&c.write, t, "write", o.to, errBusyWriting); err != nil {
			return 0, err, true
		}
	}
	ready = false
	if c.closed || c.write.ready && !o.delay.lasts(t) {
		err, ready = o.try(t)
	}
	if !ready {
		if err = t.Err(); err == nil {
			c.write.wait(t)
			o.stage.Suspend(t)
			return 0, nil, false
		}
	}
	o.delay.end(t)
	c.write.leave(t)
	if err != nil {
		return 0, err, true
	}
	return len(o.p), nil, true
}

func (o *WriteToOp) try(t *rt.Task) (err error, ready bool) {
	c := o.conn
	if c.closed {
		return c.failed("write", net.ErrClosed, o.to), true
	}
	switch err := c.end.WriteTo(o.p, o.to); {
	case err == nil:
		return nil, true
	case err == ErrWouldBlock:
		c.write.ready = false
		return nil, false
	case errors.Is(err, errQueueFull):
		// The queue of the receiver is full, and nothing reports when it has room.
		o.delay.backOff(t)
		return nil, false
	default:
		return c.failed("write", err, o.to), true
	}
}

// Loop returns the loop that the socket belongs to, or nil.
func (o WriteToOp) Loop() *rt.Loop { return o.conn.loop.Load() }

// Awaitable implements [rt.Expr].
func (o WriteToOp) Awaitable() rt.Awaitable[int] { return &o }
