package netio

// This file closes a connection from below: whoever accepted a connection can close it,
// whatever layers others have put over it.

import (
	"errors"
	"net"

	"github.com/coroutinegen/coroutinegen/rt"
)

// An Aborter is an [Endpoint] that can break off: its peer then reads an error rather than the
// end of the stream.
type Aborter interface {
	Abort() error // called in place of Close
}

// AbortEndpoint closes end. If end is an Aborter, the peer learns that something is missing:
// see [Conn.Abort].
func AbortEndpoint(end Endpoint) error {
	if a, ok := end.(Aborter); ok {
		return a.Abort()
	}
	return end.Close()
}

// A Layer lies over a connection and closes it in its own way: encryption says goodbye, and a
// writer first sends what it has buffered. If the [rt.Readiness] of an endpoint is a Layer, it
// is asked to close when the connection below is to be closed.
type Layer interface {
	// CloseLayer closes the connection. It first sends buffered data in the background, or does
	// not if now is set. CloseLayer itself does not wait. It reports false, and does nothing,
	// if the connection has been taken away from it.
	CloseLayer(now bool) bool
}

// An Unsender is a [Layer] that knows whether closing the connection below would lose buffered
// data.
type Unsender interface {
	Unsent() bool
}

// unsent reports whether closing the connection below l would lose data. l may be nil.
func unsent(l Layer) bool {
	u, ok := l.(Unsender)
	return ok && u.Unsent()
}

// SetLayer tells c that l has something to send over c. A [Holder] then asks l to close c, and
// [Conn.Detach] fails. A nil l says that everything is sent.
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

// A Holder can close a connection that others use, even if they have taken it over by
// [Conn.Detach], put layers over it and forgotten it. It knows when the connection was closed.
// It belongs to the loop of the connection.
type Holder struct {
	conn    *Conn
	end     Endpoint     // the endpoint that Detach took from conn; nil: not detached
	above   rt.Readiness // the Readiness that has been attached since
	closed  bool
	onClose func()
}

// Hold returns the holder of c. The holder calls onClose, on the goroutine of the loop, once
// the connection has been closed by anyone. A connection has at most one holder, which must
// come before all other users: Hold panics if c has a holder or is closed.
func (c *Conn) Hold(onClose func()) *Holder {
	if c.holder != nil || c.closed {
		panic(errors.New("netio: Hold of a connection that has a holder or is closed"))
	}
	c.holder = &Holder{conn: c, onClose: onClose}
	return c.holder
}

// Closed reports whether the connection was closed, by anyone.
func (h *Holder) Closed() bool { return h.closed }

// Close asks the current user of the connection to close it. What was written to a buffered
// writer is sent first, in the background. See [Conn.Close] for operations that are waiting.
func (h *Holder) Close() { h.close(false) }

// Abort closes the connection without waiting for the peer. Data that is not sent is lost, and
// then the peer learns that something is missing: see [Conn.Abort].
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
		h.above.Ready(true, true) // its read and write then find that it is closed
	}
}

// release records that the connection was closed.
func (h *Holder) release() {
	h.closed = true
	h.onClose()
}

// heldEnd is the Endpoint of a detached connection with a holder.
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

// shut closes the connection unless it is closed already.
func (h *heldEnd) shut(fn func() error) error {
	if h.closed {
		return nil
	}
	defer (*Holder)(h).release()
	return fn()
}

func (h *heldEnd) LocalAddr() net.Addr  { return h.end.LocalAddr() }
func (h *heldEnd) RemoteAddr() net.Addr { return h.end.RemoteAddr() }
