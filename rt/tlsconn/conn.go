// Package tlsconn provides TLS over the connections of a loop. It uses crypto/tls, whose reads
// and writes go through the loop.
//
// [Client] and [Server] encrypt a connection, when it is new or later (STARTTLS). [Dial]
// connects and encrypts. The result is used like any other connection, also by package streams:
//
//	conn, err := co.Await(tlsconn.Dial("tcp", "example.com:443", nil))
//	if err != nil {
//		return err
//	}
//	s := streams.New(conn)
//	defer s.Close()
//
// A server does the handshake in the task of the connection, under a [rt.Timeout], so that a
// slow peer holds up only itself.
package tlsconn

// This file implements the encrypted connection: crypto/tls between the Endpoint of the
// connection below and the Endpoint of the connection above.

import (
	"crypto/tls"
	"net"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// A Conn is an encrypted connection.
//
// If the peer closes the connection below without saying goodbye, Read fails with
// io.ErrUnexpectedEOF in the middle of a record. At the end of a record it fails with io.EOF,
// as in crypto/tls. CloseWrite says goodbye to the peer, which reads io.EOF, and leaves the
// connection below as it is. Close says goodbye, too. If the peer has to read first, the
// connection below stays open until the peer has read, or for five seconds, and is then
// aborted. Abort, and a Close that interrupts a write, say no goodbye.
type Conn struct {
	*netio.Conn
	tls *tls.Conn
}

// ConnectionState returns the result of the handshake.
func (c *Conn) ConnectionState() tls.ConnectionState { return c.tls.ConnectionState() }

// writeBlock is the most bytes of plain text that are encrypted before the result is sent.
const writeBlock = 64 << 10

// lingering is how long a closed connection waits until the peer has taken the rest of the data
// and the goodbye. crypto/tls waits as long.
const lingering = 5 * time.Second

// answerLimit limits, in bytes, the answers to the peer (changes of keys that it has asked for)
// that wait to be sent. If there are more, Read waits until the peer has read. No honest peer
// needs more.
const answerLimit = 4 << 10

// endpoint is the netio.Endpoint of an encrypted connection.
type endpoint struct {
	tls     *tls.Conn
	below   netio.Endpoint
	above   rt.Readiness
	dry     bool // below has nothing to read until it reports something
	pending []byte
	sent    int  // number of bytes of pending that were sent
	reading bool // Read is running: what crypto/tls writes are answers
	answers int  // number of bytes of pending that are answers
	held    bool // a Read waits until the answers are sent
	loop    *rt.Loop
	closed  bool     // Close was called
	linger  *rt.Task // the task that sends the rest after Close
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
		e.flush() // sends the answers of a Read; the next Write reports a failure
	}
	e.above.Ready(readable, writable)
}

// Read implements [netio.Endpoint].
func (e *endpoint) Read(p []byte) (n int, err error) {
	for again := true; again; {
		e.reading, e.held = true, false
		n, err = e.tls.Read(p)
		e.reading = false
		// The answers that held up the read may have been sent by now. Nothing would wake the
		// reader later.
		held := e.held
		again = e.flush() != netio.ErrWouldBlock && held && n == 0 && err == errWouldBlock
	}
	switch {
	case n > 0:
		err = nil // the error comes again: for example a goodbye right after the last bytes
	case err == errWouldBlock:
		err = netio.ErrWouldBlock
	}
	return n, err
}

// Write implements [netio.Endpoint]. A write is over when all of its encrypted bytes were sent.
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

// flush sends the pending bytes.
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
			err = nil // the goodbye is sent when there is room
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

// Abort implements [netio.Aborter]. It says no goodbye.
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

// lingerFrame is the task that sends the pending bytes and then closes.
type lingerFrame struct {
	e    *endpoint
	time *rt.Scope // nil before the first poll
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

// A carrier is what crypto/tls reads from and writes to. During the handshake it uses the
// connection, which waits. Afterwards it uses the Endpoint, which does not wait.
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

func (c *carrier) Close() error                     { return nil } // the endpoint closes it
func (c *carrier) LocalAddr() net.Addr              { return c.conn.LocalAddr() }
func (c *carrier) RemoteAddr() net.Addr             { return c.conn.RemoteAddr() }
func (c *carrier) SetDeadline(time.Time) error      { return nil }
func (c *carrier) SetReadDeadline(time.Time) error  { return nil }
func (c *carrier) SetWriteDeadline(time.Time) error { return nil }

// wouldBlock is netio.ErrWouldBlock for crypto/tls. It is a temporary error, after which a
// connection can still be read.
type wouldBlock struct{}

var errWouldBlock net.Error = wouldBlock{}

func (wouldBlock) Error() string   { return netio.ErrWouldBlock.Error() }
func (wouldBlock) Timeout() bool   { return true }
func (wouldBlock) Temporary() bool { return true }
