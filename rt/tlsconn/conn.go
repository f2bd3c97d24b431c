// Package tlsconn is TLS on the connections of a loop: the protocol is
// crypto/tls, unchanged, and what it reads and writes goes through the loop.
//
// [Client] and [Server] turn a connection into an encrypted one, at its
// beginning or later (STARTTLS); [Dial] connects and does so. The result is
// used like any other connection, by package streams too:
//
//	conn, err := co.Await(tlsconn.Dial("tcp", "example.com:443", nil))
//	if err != nil {
//		return err
//	}
//	s := streams.New(conn)
//	defer s.Close()
//
// A server does the handshake in the task of the connection, under a
// [rt.Timeout], so that a slow peer holds up only itself.
package tlsconn

// This file is the encrypted connection: crypto/tls between the Endpoint of the
// connection below and that of the one above.

import (
	"crypto/tls"
	"net"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// A Conn is an encrypted connection.
//
// A Read that finds that the peer has closed the connection below without
// saying goodbye fails with io.ErrUnexpectedEOF in the middle of a record; at
// the end of one, as crypto/tls has it, with io.EOF. CloseWrite says goodbye to
// the peer, which reads io.EOF, and leaves the connection below as it is. Close
// says goodbye, too; if the peer has to read first, the connection below stays
// open until it has, or for five seconds, after which it is aborted. Abort, and a
// Close that cuts off a write, say no goodbye.
type Conn struct {
	*netio.Conn
	tls *tls.Conn
}

// ConnectionState returns what was agreed upon in the handshake.
func (c *Conn) ConnectionState() tls.ConnectionState { return c.tls.ConnectionState() }

// writeBlock is the most plaintext that is encrypted before what comes of it is
// sent.
const writeBlock = 64 << 10

// lingering is how long a closed connection waits for the peer to take what
// goes before the goodbye, and that. It is what crypto/tls allows.
const lingering = 5 * time.Second

// answerLimit is how much may wait to be sent that reading has to answer (a
// change of keys that the peer has asked for): with more, reading waits until the
// peer has read. It is more than any peer needs that means well.
const answerLimit = 4 << 10

// endpoint is an encrypted connection, as netio.Endpoint.
type endpoint struct {
	tls     *tls.Conn
	below   netio.Endpoint
	above   rt.Readiness
	dry     bool // below has nothing to read until it says so
	pending []byte
	sent    int  // of pending
	reading bool // Read is at work: what it writes are answers
	answers int  // of pending, in bytes
	held    bool // a Read waits for these to be sent
	loop    *rt.Loop
	closed  bool     // Close was called
	linger  *rt.Task // and it sends the rest
}

// Attach implements [netio.Endpoint].
func (e *endpoint) Attach(l *rt.Loop, r rt.Readiness) error {
	e.loop, e.above, e.dry = l, r, false
	return e.below.Attach(l, e)
}

// Ready implements [rt.Readiness].
func (e *endpoint) Ready(readable, writable bool) {
	if readable {
		e.dry = false
	}
	if e.linger != nil {
		e.linger.Wake()
		return
	}
	if writable {
		e.flush() // what a Read had to answer; the next Write reports a failure
	}
	e.above.Ready(readable, writable)
}

// Read implements [netio.Endpoint].
func (e *endpoint) Read(p []byte) (n int, err error) {
	for again := true; again; {
		e.reading, e.held = true, false
		n, err = e.tls.Read(p)
		e.reading = false
		// What held up the read may have been sent by now: nothing would wake
		// the reader later.
		held := e.held
		again = e.flush() != netio.ErrWouldBlock && held && n == 0 && err == errWouldBlock
	}
	switch {
	case n > 0:
		err = nil // that comes again: a goodbye right behind the last bytes, say
	case err == errWouldBlock:
		err = netio.ErrWouldBlock
	}
	return n, err
}

// Write implements [netio.Endpoint]. A write is over when all that comes of it was
// sent.
func (e *endpoint) Write(p []byte) (n int, err error) {
	if err := e.flush(); err != nil || len(p) == 0 {
		return 0, err
	}
	n, err = e.tls.Write(p[:min(len(p), writeBlock)])
	if err != nil {
		return n, err
	}
	return n, e.flush()
}

// flush sends what is pending.
func (e *endpoint) flush() error {
	for e.sent < len(e.pending) {
		n, err := e.below.Write(e.pending[e.sent:])
		e.sent += n
		if err != nil && !(err == netio.ErrWouldBlock && n > 0) {
			return err
		}
	}
	e.sent = 0
	if cap(e.pending) > 2*writeBlock {
		e.pending = nil
	}
	e.pending = e.pending[:0]
	e.answers = 0
	if e.held {
		e.held = false
		e.above.Ready(true, false)
	}
	return nil
}

// CloseWrite implements [netio.Endpoint].
func (e *endpoint) CloseWrite() error {
	err := e.tls.CloseWrite()
	if err == nil {
		if err = e.flush(); err == netio.ErrWouldBlock {
			err = nil // it is sent when there is room
		}
	}
	return err
}

// Close implements [netio.Endpoint].
func (e *endpoint) Close() error {
	e.closed = true
	e.tls.Close()
	if e.flush() != netio.ErrWouldBlock {
		return e.below.Close()
	}
	if e.loop.Closed() {
		return netio.AbortEndpoint(e.below)
	}
	e.linger = &rt.Start(e.loop, rt.NewCoroutine[rt.Void](&lingerFrame{e: e})).Task
	return nil
}

// Abort implements [netio.Aborter]: no goodbye.
func (e *endpoint) Abort() error {
	e.closed = true
	return netio.AbortEndpoint(e.below)
}

// CloseLayer implements [netio.Layer].
func (e *endpoint) CloseLayer(now bool) bool {
	if !e.closed {
		if l, ok := e.above.(netio.Layer); !ok || !l.CloseLayer(now) {
			return false
		}
	}
	if now && e.linger != nil {
		e.linger.Cancel(nil)
	}
	return true
}

// lingerFrame is the task that sends what is pending and then closes.
type lingerFrame struct {
	e    *endpoint
	time *rt.Scope // nil: before the first poll
}

// Poll implements [rt.Awaitable].
func (f *lingerFrame) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	if f.time == nil {
		f.time = t.OpenTimeout(lingering)
	}
	unsent := f.e.flush() == netio.ErrWouldBlock
	if unsent && t.Err() == nil {
		return rt.Void{}, nil, false
	}
	f.time.Close()
	if unsent {
		netio.AbortEndpoint(f.e.below)
	} else {
		f.e.below.Close()
	}
	return rt.Void{}, nil, true
}

// LocalAddr implements [netio.Endpoint].
func (e *endpoint) LocalAddr() net.Addr { return e.below.LocalAddr() }

// RemoteAddr implements [netio.Endpoint].
func (e *endpoint) RemoteAddr() net.Addr { return e.below.RemoteAddr() }

// A carrier is what crypto/tls reads from and writes to: during the handshake
// the connection, which waits; afterwards its Endpoint, which does not.
type carrier struct {
	conn Lower
	e    *endpoint // nil: in the handshake
}

func (c *carrier) Read(p []byte) (int, error) {
	e := c.e
	if e == nil {
		return rt.Block(c.conn.Read(p))
	}
	if e.dry {
		return 0, errWouldBlock
	}
	if e.answers > answerLimit && e.flush() == netio.ErrWouldBlock {
		e.held = true
		return 0, errWouldBlock
	}
	n, err := e.below.Read(p)
	if err == netio.ErrWouldBlock {
		e.dry = true
		if err = nil; n == 0 {
			err = errWouldBlock
		}
	}
	return n, err
}

func (c *carrier) Write(p []byte) (int, error) {
	if c.e == nil {
		return rt.Block(c.conn.Write(p))
	}
	if c.e.reading {
		c.e.answers += len(p)
	}
	c.e.pending = append(c.e.pending, p...)
	return len(p), nil
}

func (c *carrier) Close() error                     { return nil } // for the endpoint to do
func (c *carrier) LocalAddr() net.Addr              { return c.conn.LocalAddr() }
func (c *carrier) RemoteAddr() net.Addr             { return c.conn.RemoteAddr() }
func (c *carrier) SetDeadline(time.Time) error      { return nil }
func (c *carrier) SetReadDeadline(time.Time) error  { return nil }
func (c *carrier) SetWriteDeadline(time.Time) error { return nil }

// wouldBlock is netio.ErrWouldBlock for crypto/tls: a temporary error is the one
// after which a connection can still be read from.
type wouldBlock struct{}

var errWouldBlock net.Error = wouldBlock{}

func (wouldBlock) Error() string   { return netio.ErrWouldBlock.Error() }
func (wouldBlock) Timeout() bool   { return true }
func (wouldBlock) Temporary() bool { return true }
