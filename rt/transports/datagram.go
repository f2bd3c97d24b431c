package transports

// This file holds the transport of datagrams.

import (
	"errors"
	"net"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// A DatagramTransport is a socket for datagrams as a [DatagramProtocol] sees it.
// It belongs to one loop.
type DatagramTransport struct {
	loop     *rt.Loop
	conn     *netio.PacketConn
	protocol DatagramProtocol
	queue    []datagram
	size     int // of those in queue, in bytes
	low      int
	high     int
	hard     int  // 0: none
	holding  bool // PauseWriting was called, and not ResumeWriting
	sender   bool // a task is sending
	reader   *rt.Task
	closing  bool
	lost     bool // ConnectionLost was called
}

type datagram struct {
	p  []byte
	to netio.PacketAddr
}

// NewDatagram makes a transport of conn and calls p.ConnectionMade. The caller must
// not use conn any more. It is asyncio's create_datagram_endpoint.
func NewDatagram(l *rt.Loop, conn *netio.PacketConn, p DatagramProtocol) *DatagramTransport {
	t := &DatagramTransport{loop: l, conn: conn, protocol: p, low: DefaultLow, high: DefaultHigh}
	t.reader = &rt.Start(l, rt.NewCoroutine[rt.Void](&receiveFrame{t: t})).Task
	p.ConnectionMade(t)
	return t
}

// SendTo sends p as one datagram and never waits: it copies p and may send it later.
// If too much waits, SendTo calls PauseWriting of a protocol that is a
// [FlowControl]. SendTo fails if t is closed, or with a [*streams.FullError] if
// [DatagramTransport.SetHardLimit] was called and too much waits. ErrorReceived
// gets all other errors.
func (t *DatagramTransport) SendTo(p []byte, to netio.PacketAddr) error {
	if t.closing {
		return net.ErrClosed
	}
	if t.hard > 0 && t.size+len(p) > t.hard {
		return &streams.FullError{Limit: t.hard, Buffered: t.size}
	}
	t.queue = append(t.queue, datagram{append([]byte(nil), p...), to})
	t.size += len(p)
	if !t.sender { // first, for the protocol may close t
		t.sender = true
		rt.Start(t.loop, rt.NewCoroutine[rt.Void](&sendFrame{t: t}))
	}
	if !t.holding && t.size > t.high {
		t.holding = true
		if p, ok := t.protocol.(FlowControl); ok {
			p.PauseWriting()
		}
	}
	return nil
}

// Send sends p to the peer of a connected socket.
func (t *DatagramTransport) Send(p []byte) error { return t.SendTo(p, netio.PacketAddr{}) }

// WriteBufferSize returns how many bytes wait to be sent.
func (t *DatagramTransport) WriteBufferSize() int { return t.size }

// SetWriteBufferLimits sets the water marks, in bytes. It panics unless
// 0 <= low <= high.
func (t *DatagramTransport) SetWriteBufferLimits(low, high int) {
	mustBeMarks(low, high)
	t.low, t.high = low, high
}

// SetHardLimit sets how many bytes may wait to be sent. A datagram that would exceed
// the limit is refused with a [*streams.FullError]. Zero, the default, means no
// limit. SetHardLimit panics if the limit is negative.
func (t *DatagramTransport) SetHardLimit(limit int) {
	mustBeLimit(limit)
	t.hard = limit
}

// HardLimit returns the limit of [DatagramTransport.SetHardLimit].
func (t *DatagramTransport) HardLimit() int { return t.hard }

// WriteBufferLimits returns the water marks.
func (t *DatagramTransport) WriteBufferLimits() (low, high int) { return t.low, t.high }

// Close closes the socket after everything was sent. ConnectionLost is called later,
// after Close has returned.
func (t *DatagramTransport) Close() {
	t.closing = true
	if !t.sender {
		t.Abort()
	}
}

// Abort closes the socket at once. Datagrams that were not sent are lost.
// ConnectionLost is called after Abort has returned.
func (t *DatagramTransport) Abort() {
	t.closing = true
	t.queue, t.size = nil, 0
	t.reader.Cancel(errAborted)
}

var errAborted = errors.New("transport closed")

// protect calls fn, which calls the protocol. If fn panics, the transport ends, and
// the panic passes on.
func (t *DatagramTransport) protect(fn func()) {
	panicked := true
	defer func() {
		if panicked {
			t.closing = true
			t.loop.CallSoon(func() { t.lose(errPanic) })
		}
	}()
	fn()
	panicked = false
}

// lose ends the transport: the tasks that receive and send notice that the socket
// is closed.
func (t *DatagramTransport) lose(err error) {
	if t.lost {
		return
	}
	t.lost, t.closing = true, true
	t.queue, t.size = nil, 0
	t.conn.Close()
	t.protocol.ConnectionLost(err)
}

// LocalAddr returns the address of the socket.
func (t *DatagramTransport) LocalAddr() net.Addr { return t.conn.LocalAddr() }

// RemoteAddr returns the address of the peer, nil if it is not connected.
func (t *DatagramTransport) RemoteAddr() net.Addr { return t.conn.RemoteAddr() }

// receiveFrame is the task that receives. It ends the transport.
type receiveFrame struct {
	t    *DatagramTransport
	buf  []byte
	read netio.ReadFromOp
}

// Poll implements [rt.Awaitable].
func (f *receiveFrame) Poll(task *rt.Task) (_ rt.Void, err error, ready bool) {
	t := f.t
	for {
		if f.buf == nil {
			f.buf = make([]byte, 64<<10) // the longest that there is
			f.read = t.conn.ReadFrom(f.buf)
		}
		got, err, ready := f.read.Poll(task)
		if !ready {
			return rt.Void{}, nil, false
		}
		if cancelled := task.Err(); cancelled != nil || errors.Is(err, net.ErrClosed) {
			if t.size > 0 && errors.Is(cancelled, rt.ErrLoopClosed) {
				task.LoseUnsent(t.size, t.LocalAddr(), t.RemoteAddr())
			}
			if errors.Is(cancelled, errAborted) {
				cancelled = nil
			}
			t.lose(cancelled)
			return rt.Void{}, nil, true
		}
		f.read = t.conn.ReadFrom(f.buf)
		t.protect(func() {
			if err != nil {
				t.protocol.ErrorReceived(err)
			} else {
				t.protocol.DatagramReceived(f.buf[:got.V1], got.V2)
			}
		})
	}
}

// sendFrame is the task that sends until nothing waits.
type sendFrame struct {
	t     *DatagramTransport
	write netio.WriteToOp
	begun bool
}

// Poll implements [rt.Awaitable].
func (f *sendFrame) Poll(task *rt.Task) (_ rt.Void, err error, ready bool) {
	t := f.t
	for f.begun || len(t.queue) > 0 {
		if !f.begun {
			f.begun = true
			f.write = t.conn.WriteTo(t.queue[0].p, t.queue[0].to)
		}
		_, err, ready := f.write.Poll(task)
		if !ready {
			return rt.Void{}, nil, false
		}
		f.begun = false
		if task.Err() != nil || len(t.queue) == 0 {
			break
		}
		t.size -= len(t.queue[0].p)
		t.queue = t.queue[1:]
		if t.holding && t.size <= t.low {
			t.holding = false
			if p, ok := t.protocol.(FlowControl); ok {
				t.protect(p.ResumeWriting)
			}
		}
		if err != nil {
			t.protect(func() { t.protocol.ErrorReceived(err) })
		}
	}
	t.sender = false
	if t.closing {
		t.Abort()
	}
	return rt.Void{}, nil, true
}
