package netio

// This file is how a connection is closed from below, whatever lies over it:
// by whoever accepted it and gave it to others.

import (
	"errors"
	"github.com/coroutinegen/coroutinegen/rt"
	"net"
)

// An Aborter is what an [Endpoint] also is if it can break off: its peer then
// reads an error rather than the end of the stream.
type Aborter interface {
	Abort() error // in place of Close
}

// AbortEndpoint closes end in such a way that its peer learns that something is
// missing, if end can: see [Conn.Abort].
func AbortEndpoint(end Endpoint) error {
	if a, ok := end.(Aborter); ok {
		return a.Abort()
	}
	return end.Close()
}

// A Layer is what lies over a connection and closes it in a way of its own:
// encryption says goodbye, a writer first sends what it has taken in. A
// [rt.Readiness] that is a Layer is asked to do so when the connection below is to
// be closed.
type Layer interface {
	// CloseLayer closes the connection: once what was taken in is sent, or, if
	// now is set, without waiting for that. It does not wait itself. It reports
	// false if it has done nothing since the connection was taken away from it.
	CloseLayer(now bool) bool
}

// An Unsender is what a [Layer] also is if it knows whether closing the
// connection below loses something that it took in.
type Unsender interface {
	Unsent() bool
}

// unsent reports whether closing the connection below l, which may be nil, loses
// something.
func unsent(l Layer) bool {
	u, ok := l.(Unsender)
	return ok && u.Unsent()
}

// SetLayer tells c that l has something to send over it: it is l then which
// closes c for a [Holder], and [Conn.Detach] fails. With nil all is sent.
func (c *Conn) SetLayer(l Layer) { c.layer = l }

// CloseLayer implements [Layer].
func (c *connReadiness) CloseLayer(now bool) bool {
	switch conn := (*Conn)(c); {
	case c.closed:
		return false
	case c.layer != nil:
		return c.layer.CloseLayer(now)
	default:
		conn.Close()
		return true
	}
}

// A Holder holds on to a connection that others use, also when they take it over
// by [Conn.Detach], put layers over it and forget it: it can close whatever has
// become of it, and knows when that was done. It belongs to the loop of the
// connection.
type Holder struct {
	conn    *Conn
	end     Endpoint     // taken from conn by Detach; nil: not yet
	above   rt.Readiness // who has attached it since
	closed  bool
	onClose func()
}

// Hold returns the holder of c, which calls onClose, on the goroutine of the
// loop, once the connection was closed by whoever has it then. A connection has
// one holder, which comes before everybody else: Hold panics if c has one, or is
// closed.
func (c *Conn) Hold(onClose func()) *Holder {
	if c.holder != nil || c.closed {
		panic(errors.New("netio: Hold of a connection that has a holder or is closed"))
	}
	c.holder = &Holder{conn: c, onClose: onClose}
	return c.holder
}

// Closed reports whether the connection was closed, by whoever has it.
func (h *Holder) Closed() bool { return h.closed }

// Close lets whoever has the connection now close it: what was written to a
// buffered writer is sent first, in the background. See [Conn.Close] for
// operations that are waiting.
func (h *Holder) Close() { h.close(false) }

// Abort is Close without waiting for a peer: what is not sent is lost, and then
// the peer is told, see [Conn.Abort].
func (h *Holder) Abort() { h.close(true) }

func (h *Holder) close(now bool) {
	if h.closed {
		return
	}
	var above any = (*connReadiness)(h.conn)
	if h.end != nil {
		above = h.above
	}
	if l, ok := above.(Layer); ok && l.CloseLayer(now) {
		return
	}
	(*heldEnd)(h).Close()
	if h.above != nil {
		h.above.Ready(true, true) // it reads and writes that it is closed
	}
}

// release notes that the connection was closed.
func (h *Holder) release() {
	h.closed = true
	h.onClose()
}

// heldEnd is the Endpoint of a connection with a holder, once it was detached.
type heldEnd Holder

func (h *heldEnd) Attach(l *rt.Loop, r rt.Readiness) error {
	if h.closed {
		return net.ErrClosed
	}
	h.above = r
	return h.end.Attach(l, r)
}

func (h *heldEnd) Read(p []byte) (int, error) {
	if h.closed {
		return 0, net.ErrClosed
	}
	return h.end.Read(p)
}

func (h *heldEnd) Write(p []byte) (int, error) {
	if h.closed {
		return 0, net.ErrClosed
	}
	return h.end.Write(p)
}

func (h *heldEnd) CloseWrite() error {
	if h.closed {
		return net.ErrClosed
	}
	return h.end.CloseWrite()
}

func (h *heldEnd) Close() error { return h.shut(h.end.Close) }

// Abort implements [Aborter].
func (h *heldEnd) Abort() error {
	return h.shut(func() error { return AbortEndpoint(h.end) })
}

// shut closes the connection, unless the holder has done so.
func (h *heldEnd) shut(fn func() error) error {
	if h.closed {
		return nil
	}
	defer (*Holder)(h).release()
	return fn()
}

func (h *heldEnd) LocalAddr() net.Addr  { return h.end.LocalAddr() }
func (h *heldEnd) RemoteAddr() net.Addr { return h.end.RemoteAddr() }
