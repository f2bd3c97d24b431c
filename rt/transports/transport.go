package transports

// This file holds the transport of a stream.

import (
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// The default water marks of a [Transport], in bytes.
const (
	DefaultHigh = 64 << 10
	DefaultLow  = DefaultHigh / 4
)

// readBlock is the size of the buffers for reading, in bytes.
const readBlock = 64 << 10

// blocks holds the buffers for reading. A transport borrows one only while there is
// data to read, so there are about as many buffers as loops.
var blocks = sync.Pool{New: func() any { return new([readBlock]byte) }}

// A Transport is a connection as a [Protocol] sees it. It belongs to one loop.
type Transport struct {
	loop     *rt.Loop
	end      netio.Endpoint
	protocol Protocol
	step     func() // t.run
	queued   bool   // a call of step is queued

	canRead, canWrite bool // no "would block" since the last report
	paused            bool // reading is paused
	ended             bool // the peer will send no more

	out       []byte // to be sent
	sent      int    // how many bytes of out were sent
	unsettled int    // bytes that the Endpoint has taken in, with all of out, and not sent
	low, high int
	hard      int  // 0: none
	holding   bool // PauseWriting was called, and not ResumeWriting

	state  transportState
	broken bool               // something was not sent: the peer is told
	lost   rt.Future[rt.Void] // set after ConnectionLost
}

type transportState uint8

const (
	transportNew     transportState = iota // ConnectionMade is to come
	transportOpen                          //
	transportEnding                        // WriteEOF was called
	transportEnded                         // the end of the stream was sent
	transportClosing                       // Close was called
	transportClosed                        // ConnectionLost is on its way, or was called
)

// newTransport returns a transport that owns conn.
func newTransport(conn Conn, p Protocol) (*Transport, error) {
	end, err := conn.Detach()
	if err != nil {
		return nil, err
	}
	t := &Transport{end: end, protocol: p, canRead: true, canWrite: true, low: DefaultLow, high: DefaultHigh}
	t.step = t.run
	return t, nil
}

// connect puts t on the loop and calls ConnectionMade.
func (t *Transport) connect(l *rt.Loop) error {
	if err := t.end.Attach(l, (*readiness)(t)); err != nil {
		return err
	}
	t.loop = l
	t.state = transportOpen
	t.protect(func() { t.protocol.ConnectionMade(t) })
	t.schedule()
	return nil
}

// readiness is what the Endpoint calls when it is ready.
type readiness Transport

func (r *readiness) Ready(readable, writable bool) {
	t := (*Transport)(r)
	t.canRead = t.canRead || readable
	t.canWrite = t.canWrite || writable
	t.schedule()
}

// schedule queues run if there is something to do.
func (t *Transport) schedule() {
	if !t.queued && (t.wantsRead() || t.wantsWrite()) {
		t.queued = true
		t.loop.CallSoon(t.step)
	}
}

func (t *Transport) wantsRead() bool {
	return t.canRead && !t.paused && !t.ended && t.state > transportNew && t.state < transportClosing
}

func (t *Transport) wantsWrite() bool { return t.canWrite && t.pending() && t.state < transportClosed }

func (t *Transport) pending() bool { return t.unsent() > 0 }

// unsent returns how many bytes were written and not sent.
func (t *Transport) unsent() int { return t.WriteBufferSize() + t.unsettled }

// run sends what can be sent, and reads once.
func (t *Transport) run() {
	t.queued = false
	t.protect(func() {
		if t.wantsWrite() {
			t.flush()
		}
		if t.wantsRead() {
			t.read()
		}
	})
	t.schedule()
}

var errPanic = errors.New("the protocol panicked")

// protect calls fn, which calls the protocol. If fn panics, the connection ends, and
// the panic passes on.
func (t *Transport) protect(fn func()) {
	panicked := true
	defer func() {
		if panicked {
			t.fail(errPanic)
		}
	}()
	fn()
	panicked = false
}

// read reads once and calls the protocol.
func (t *Transport) read() {
	var n int
	var err error
	if p, ok := t.protocol.(BufferedProtocol); ok {
		buf := p.GetBuffer(readBlock)
		if len(buf) == 0 {
			panic(fmt.Errorf("transports: GetBuffer of %T returned an empty buffer", p))
		}
		if n, err = t.end.Read(buf); n > 0 {
			p.BufferUpdated(n)
		}
	} else {
		block := blocks.Get().(*[readBlock]byte)
		if n, err = t.end.Read(block[:]); n > 0 {
			t.protocol.DataReceived(block[:n])
		}
		blocks.Put(block)
	}
	switch {
	case err == nil:
	case err == netio.ErrWouldBlock:
		t.canRead = false
	case t.state >= transportClosing:
	case err == io.EOF:
		t.ended = true
		if !t.protocol.EOFReceived() {
			t.Close()
		}
	default:
		t.fail(err)
	}
}

// Write sends p and never waits: what cannot be sent now is copied and sent later.
// Write fails if t is closing, or if its writing side was closed. It fails with a
// [*streams.FullError] if [Transport.SetHardLimit] was called and too much waits.
func (t *Transport) Write(p []byte) (int, error) {
	switch {
	case t.state >= transportClosing:
		return 0, net.ErrClosed
	case t.state >= transportEnding:
		return 0, errors.New("write after WriteEOF")
	case len(p) == 0:
		return 0, nil
	case t.hard > 0 && t.WriteBufferSize()+len(p) > t.hard:
		return 0, &streams.FullError{Limit: t.hard, Buffered: t.WriteBufferSize()}
	}
	all := len(p)
	if !t.pending() && t.canWrite {
		n, err := t.end.Write(p)
		p = p[n:]
		switch err {
		case nil:
		case netio.ErrWouldBlock:
			t.canWrite = false
			if len(p) == 0 {
				t.unsettled = n
			}
		default:
			t.fail(err)
			return all, nil
		}
	}
	t.out = append(t.out, p...)
	if !t.holding && t.WriteBufferSize() > t.high {
		t.holding = true
		if p, ok := t.protocol.(FlowControl); ok {
			p.PauseWriting()
		}
	}
	t.schedule()
	return all, nil
}

// WriteLines writes the pieces one after the other.
func (t *Transport) WriteLines(pieces ...[]byte) error {
	for _, p := range pieces {
		if _, err := t.Write(p); err != nil {
			return err
		}
	}
	return nil
}

// flush sends what can be sent now.
func (t *Transport) flush() {
	for t.canWrite && t.pending() {
		n, err := t.end.Write(t.out[t.sent:])
		t.sent += n
		before := t.unsettled
		t.unsettled = 0
		switch err {
		case nil:
		case netio.ErrWouldBlock:
			t.canWrite = false
			if n == 0 {
				t.unsettled = before
			} else if t.sent == len(t.out) {
				t.unsettled = n
			}
		default:
			t.fail(err)
			return
		}
	}
	if t.sent == len(t.out) {
		t.sent = 0
		if t.out = t.out[:0]; cap(t.out) > DefaultHigh {
			t.out = nil
		}
	}
	if t.holding && t.WriteBufferSize() <= t.low {
		t.holding = false
		if p, ok := t.protocol.(FlowControl); ok {
			p.ResumeWriting()
		}
	}
	if !t.pending() {
		t.finish()
	}
}

// finish does what has to be done after everything was sent.
func (t *Transport) finish() {
	switch t.state {
	case transportEnding:
		t.state = transportEnded
		if err := t.end.CloseWrite(); err != nil {
			t.fail(err)
		}
	case transportClosing:
		t.lose(nil)
	}
}

// WriteEOF closes the writing side after everything was sent: the peer reads the
// end of the stream.
func (t *Transport) WriteEOF() {
	if t.state >= transportEnding {
		return
	}
	t.state = transportEnding
	if !t.pending() {
		t.finish()
	}
}

// Close closes the connection after everything was sent. Nothing more is received.
// ConnectionLost is called later, after Close has returned. If the loop ends before
// everything was sent, the rest is lost, and [rt.Loop.Close] returns an
// [*rt.UnsentError].
func (t *Transport) Close() {
	if t.state >= transportClosing {
		return
	}
	t.state = transportClosing
	if !t.pending() {
		t.finish()
	}
}

// Abort closes the connection at once. Data that was not sent is lost, and the peer
// gets an error then: see [netio.Conn.Abort]. ConnectionLost is called after Abort has
// returned.
func (t *Transport) Abort() { t.fail(nil) }

// Closing reports whether the transport is closing or closed.
func (t *Transport) Closing() bool { return t.state >= transportClosing }

// fail closes the connection because of err.
func (t *Transport) fail(err error) {
	if t.state < transportClosed {
		t.broken = t.pending()
		t.out, t.sent, t.unsettled = nil, 0, 0
		t.lose(err)
	}
}

// lose ends the transport.
func (t *Transport) lose(err error) {
	t.state = transportClosed
	t.loop.CallSoon(func() { t.tell(err) })
}

// tell calls ConnectionLost, once, and closes the connection.
func (t *Transport) tell(err error) {
	if t.lost.Done() {
		return
	}
	defer t.lost.Set(rt.Void{})
	defer t.close()
	t.protocol.ConnectionLost(err)
}

func (t *Transport) close() {
	if t.broken {
		netio.AbortEndpoint(t.end)
	} else {
		t.end.Close()
	}
}

// CloseLayer implements [netio.Layer].
func (r *readiness) CloseLayer(now bool) bool {
	t := (*Transport)(r)
	switch {
	case t.lost.Done(): // released
		return false
	case now:
		t.Abort()
	default:
		t.Close()
	}
	return true
}

// PauseReading stops receiving. Data that arrives waits in the system; when the
// system's buffers are full, the peer waits.
func (t *Transport) PauseReading() { t.paused = true }

// ResumeReading undoes PauseReading.
func (t *Transport) ResumeReading() {
	t.paused = false
	t.schedule()
}

// Reading reports whether the transport is receiving.
func (t *Transport) Reading() bool { return !t.paused && t.state < transportClosing }

// SetWriteBufferLimits sets the water marks, in bytes. It panics unless
// 0 <= low <= high.
func (t *Transport) SetWriteBufferLimits(low, high int) {
	mustBeMarks(low, high)
	t.low, t.high = low, high
}

func mustBeMarks(low, high int) {
	if low < 0 || low > high {
		panic(fmt.Errorf("transports: water marks %d and %d: want 0 <= low <= high", low, high))
	}
}

// WriteBufferLimits returns the water marks.
func (t *Transport) WriteBufferLimits() (low, high int) { return t.low, t.high }

// SetHardLimit sets how many bytes may wait to be sent. A Write that could exceed
// the limit fails with a [*streams.FullError], and nothing of it is sent. Zero, the
// default, means no limit. SetHardLimit panics if the limit is negative.
func (t *Transport) SetHardLimit(limit int) {
	mustBeLimit(limit)
	t.hard = limit
}

func mustBeLimit(limit int) {
	if limit < 0 {
		panic(fmt.Errorf("transports: hard limit of %d bytes", limit))
	}
}

// HardLimit returns the limit of [Transport.SetHardLimit].
func (t *Transport) HardLimit() int { return t.hard }

// WriteBufferSize returns how many bytes wait to be sent.
func (t *Transport) WriteBufferSize() int { return len(t.out) - t.sent }

// Protocol returns the protocol of t.
func (t *Transport) Protocol() Protocol { return t.protocol }

// SetProtocol makes p the protocol of t from now on. It does not call p's
// ConnectionMade.
func (t *Transport) SetProtocol(p Protocol) { t.protocol = p }

// LocalAddr returns the address of this side.
func (t *Transport) LocalAddr() net.Addr { return t.end.LocalAddr() }

// RemoteAddr returns the address of the peer.
func (t *Transport) RemoteAddr() net.Addr { return t.end.RemoteAddr() }

// Loop returns the loop that t belongs to.
func (t *Transport) Loop() *rt.Loop { return t.loop }

// Lost returns a future that is set when ConnectionLost has returned.
func (t *Transport) Lost() *rt.Future[rt.Void] { return &t.lost }

// Release ends the transport without a call of ConnectionLost, and returns the
// connection for another use: for example, to encrypt it and make a new transport
// of it, as asyncio's start_tls does. Release fails if data waits to be sent.
func (t *Transport) Release() (*netio.Conn, error) {
	switch {
	case t.state != transportOpen:
		return nil, net.ErrClosed
	case t.pending():
		return nil, errors.New("transports: something is not sent yet: release it when WriteBufferSize is 0")
	}
	t.state = transportClosed
	t.lost.Set(rt.Void{})
	return netio.NewConn(t.end), nil
}
