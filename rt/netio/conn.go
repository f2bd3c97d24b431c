package netio

// This file implements the stream connection and its operations read and write.

import (
	"io"
	"net"
	"syscall"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A Conn is a stream connection, like a [net.Conn] whose operations are awaited. [Dial] and
// [Listener.Accept] make connections.
//
// A Conn belongs to the loop of the first task that uses it, until that loop is closed. Only
// tasks of that loop may use it: one may read and one may write at a time. The methods of a
// Conn are not safe for use by several goroutines.
//
// As in package net, the garbage collector closes a connection that nobody can use any more and
// that nobody has closed. In debug mode the loop reports where the connection was made.
//
// Errors are those of package net: a [*net.OpError] around the error of a system call, around
// [net.ErrClosed] or, for misuse, around an error that names the misuse. At the end of the
// stream the error is io.EOF. The error of a cancelled operation is that of the scope: see
// [rt.Task.Err].
type Conn struct {
	duplex
	end    Endpoint
	cut    bool    // a part of the last write was sent, but not the rest
	layer  Layer   // layer with something to send; nil: none
	holder *Holder // nil: none
}

// NewConn returns a connection over end. It is for callers that have an Endpoint of their own.
func NewConn(end Endpoint) *Conn { return &Conn{end: end} }

// FileConn returns a connection over a duplicate of the descriptor of from. from is a
// [*net.TCPConn], a [*net.UnixConn], or an [*os.File] that is a pipe, a terminal or a stream
// socket. It may be closed afterwards. It becomes non-blocking, for every process that shares
// it.
//
// CloseWrite of a pipe closes its writing end. A Read from the writing end of a pipe waits
// until nobody has the reading end open, and then fails with io.EOF. A Read from a
// pseudo-terminal whose other side is closed fails with io.EOF, too.
//
// A regular file is always ready: see package files.
func FileConn(from syscall.Conn) (*Conn, error) {
	c, err := duplicateStream(from)
	if err != nil {
		return nil, &net.OpError{Op: "open", Net: "file", Err: err}
	}
	return c, nil
}

// connReadiness is the Conn as its Endpoint sees it.
type connReadiness Conn

func (c *connReadiness) Ready(readable, writable bool) { c.duplex.wake(readable, writable) }

// bind attaches c to l unless c is attached to l already.
func (c *Conn) bind(l *rt.Loop) error {
	return c.duplex.bind(l, func() error { return c.end.Attach(l, (*connReadiness)(c)) })
}

// Read returns the operation that reads up to len(p) bytes into p. It reads at least one byte
// unless p is empty. The result is the number of bytes. At the end of the stream the error is
// io.EOF. A cancelled read has read nothing: the next one gets the bytes.
func (c *Conn) Read(p []byte) ReadOp { return ReadOp{conn: c, p: p} }

// Write returns the operation that writes all of p and waits as often as necessary. The result
// is the number of bytes written. It is less than len(p) only together with an error. p must
// not be changed before the operation is over.
//
// If a write fails or is cancelled after a part of p was written, the stream is cut short until
// a later write succeeds, which is usually a write of the rest: see [Conn.Close]. An empty
// write does not change that. A [Conn.Sendfile] that finds the end of its file at once counts
// as a write of the rest.
func (c *Conn) Write(p []byte) WriteOp { return WriteOp{conn: c, p: p} }

// CloseWrite shuts down the writing side: the peer reads what was written and then io.EOF.
// Reading goes on. A write that is waiting fails. If a write was cut short, or would be,
// CloseWrite fails and does nothing, because the peer would take a part of the stream for all
// of it.
func (c *Conn) CloseWrite() error {
	switch {
	case c.closed:
		return c.failed("close", net.ErrClosed)
	case c.cut:
		return c.failed("close", errCutShort)
	}
	err := c.end.CloseWrite()
	c.write.wake()
	if err != nil {
		return c.failed("close", err)
	}
	return nil
}

// Close closes the connection. Operations that are waiting, and all later ones, fail with
// [net.ErrClosed]. Close acts as [Conn.Abort] if it interrupts a write, if a buffered writer
// has bytes to send, or if an earlier write was cut short: the peer must learn that something
// is missing.
func (c *Conn) Close() error {
	if c.write.busy() || c.cut || unsent(c.layer) {
		return c.Abort()
	}
	return c.shut(c.end.Close)
}

// Abort closes the connection without ending the stream. The peer of a TCP connection reads an
// error (a reset) rather than the end of the stream, and may lose data that was sent and has
// not arrived. On other carriers, such as a pipe or a Unix socket, the peer reads the end of
// the stream.
func (c *Conn) Abort() error {
	return c.shut(func() error { return AbortEndpoint(c.end) })
}

func (c *Conn) shut(end func() error) error {
	if c.closed {
		return c.failed("close", net.ErrClosed)
	}
	c.closed = true
	err := end()
	if c.holder != nil {
		c.holder.release()
	}
	c.read.wake()
	c.write.wake()
	if err != nil {
		return c.failed("close", err)
	}
	return nil
}

// Detach takes the endpoint from c, for a layer such as encryption. It fails if a task is
// reading or writing, if a writer has something to send, or if a write was cut short. Detach
// closes c and leaves the endpoint open. [NewConn] makes a new connection of the endpoint, on
// the same loop. Keep a reference to the endpoint, or to what contains it, until it is closed.
// The garbage collector closes an endpoint to which nobody refers, even if somebody waits until
// it is ready (see [Endpoint]).
func (c *Conn) Detach() (Endpoint, error) {
	switch {
	case c.closed:
		return nil, c.failed("detach", net.ErrClosed)
	case c.read.busy() || c.write.busy():
		return nil, c.failed("detach", errBusyDetaching)
	case c.layer != nil:
		return nil, c.failed("detach", errUnsentDetaching)
	case c.cut:
		return nil, c.failed("detach", errCutShort)
	}
	c.closed = true
	if c.holder != nil {
		c.holder.end = c.end
		return (*heldEnd)(c.holder), nil
	}
	return c.end, nil
}

// Attach makes c belong to l now, rather than with its first operation.
func (c *Conn) Attach(l *rt.Loop) error {
	if err := c.bind(l); err != nil {
		return c.failed("attach", err)
	}
	return nil
}

// Closed reports whether [Conn.Close] or [Conn.Detach] was called.
func (c *Conn) Closed() bool { return c.closed }

// Loop returns the loop that c belongs to, or nil if c has not been used.
func (c *Conn) Loop() *rt.Loop { return c.loop.Load() }

// LocalAddr returns the local address. It is a [*net.TCPAddr] for TCP and a [*net.UnixAddr] for
// Unix sockets.
func (c *Conn) LocalAddr() net.Addr { return c.end.LocalAddr() }

// RemoteAddr returns the address of the peer. Its type is that of [Conn.LocalAddr].
func (c *Conn) RemoteAddr() net.Addr { return c.end.RemoteAddr() }

// failed returns err wrapped as package net would wrap it.
func (c *Conn) failed(op string, err error) error {
	local, remote := c.end.LocalAddr(), c.end.RemoteAddr()
	network := "tcp"
	if local != nil {
		network = local.Network()
	}
	return &net.OpError{Op: op, Net: network, Source: local, Addr: remote, Err: err}
}

// enter does the first poll of an operation on a side of c.
func (c *Conn) enter(s *side, t *rt.Task, op string, busy error) error {
	if l := t.Loop(); c.loop.Load() != l {
		if err := c.bind(l); err != nil {
			return c.failed(op, err)
		}
	}
	if !s.enter(t) {
		return c.failed(op, busy)
	}
	return nil
}

// A ReadOp is a read in progress, made by [Conn.Read].
type ReadOp struct {
	conn  *Conn
	p     []byte
	stage rt.Stage
}

// Poll implements [rt.Awaitable].
func (o *ReadOp) Poll(t *rt.Task) (n int, err error, ready bool) {
	c := o.conn
	first, err, ready := o.stage.Begin(t, "read")
	if err != nil || !ready {
		return 0, err, ready
	}
	if first {
		if err := c.enter(&c.read, t, "read", errBusyReading); err != nil {
			return 0, err, true
		}
	}
	ready = false
	if c.read.ready || len(o.p) == 0 {
		n, err, ready = c.tryRead(o.p)
	}
	if !ready {
		if err = t.Err(); err == nil {
			c.read.wait(t)
			o.stage.Suspend(t)
			return 0, nil, false
		}
	}
	c.read.leave(t)
	return n, err, true
}

func (c *Conn) tryRead(p []byte) (n int, err error, ready bool) {
	if c.closed {
		return 0, c.failed("read", net.ErrClosed), true
	}
	if len(p) == 0 {
		return 0, nil, true
	}
	n, err = c.end.Read(p)
	switch {
	case err == nil:
	case err == ErrWouldBlock:
		c.read.ready = false
		return n, nil, n > 0
	case err != io.EOF:
		err = c.failed("read", err)
	}
	return n, err, true
}

// Loop returns the loop that the connection belongs to, or nil.
func (o ReadOp) Loop() *rt.Loop { return o.conn.loop.Load() }

// Awaitable implements [rt.Expr].
func (o ReadOp) Awaitable() rt.Awaitable[int] { return &o }

// A WriteOp is a write in progress, made by [Conn.Write].
type WriteOp struct {
	conn  *Conn
	p     []byte // the part not written yet
	n     int    // number of bytes written so far
	stage rt.Stage
}

// Poll implements [rt.Awaitable].
func (o *WriteOp) Poll(t *rt.Task) (n int, err error, ready bool) {
	c := o.conn
	first, err, ready := o.stage.Begin(t, "write")
	if err != nil || !ready {
		return 0, err, ready
	}
	if first {
		if err := c.enter(&c.write, t, "write", errBusyWriting); err != nil {
			return 0, err, true
		}
	}
	ready = false
	if c.write.ready || len(o.p) == 0 && o.n == 0 {
		err, ready = c.tryWrite(o)
	}
	if !ready {
		if err = t.Err(); err == nil {
			c.write.wait(t)
			if c.write.ready {
				t.Wake() // p was written in part: let other tasks run before the next write
			}
			o.stage.Suspend(t)
			return 0, nil, false
		}
	}
	c.write.leave(t)
	return o.n, err, true
}

// wrote records that an operation has written n bytes, and whether these are all of its bytes.
func (c *Conn) wrote(n int64, all bool) {
	if n > 0 {
		c.cut = !all
	}
}

func (c *Conn) tryWrite(o *WriteOp) (err error, ready bool) {
	if c.closed {
		return c.failed("write", net.ErrClosed), true
	}
	if len(o.p) == 0 && o.n == 0 {
		return nil, true
	}
	n, err := c.end.Write(o.p)
	o.n += n
	o.p = o.p[n:]
	c.wrote(int64(o.n), len(o.p) == 0)
	switch err {
	case nil:
		return nil, len(o.p) == 0
	case ErrWouldBlock:
		c.write.ready = false
		return nil, false
	}
	return c.failed("write", err), true
}

// Loop returns the loop that the connection belongs to, or nil.
func (o WriteOp) Loop() *rt.Loop { return o.conn.loop.Load() }

// Awaitable implements [rt.Expr].
func (o WriteOp) Awaitable() rt.Awaitable[int] { return &o }
