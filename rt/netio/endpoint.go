package netio

// This file defines the interface between connections and what carries them, such as a socket,
// or a script in a test.

import (
	"errors"
	"net"
	"sync/atomic"

	"github.com/coroutinegen/coroutinegen/rt"
)

// ErrWouldBlock is the error of an [Endpoint] or an [Acceptor] that cannot do anything now
// (EAGAIN).
var ErrWouldBlock = errors.New("operation would block")

// An Endpoint carries a [Conn]. It is a socket, one end of a pipe in memory, or a script. None
// of its methods waits. All of them are called on the goroutine of one loop. Before the first
// Attach, and after that loop has been closed, they are called on any one goroutine.
type Endpoint interface {
	// Attach is called before the first Read or Write by a task of l. It is called again for
	// each later loop, after the one before has been closed, and for each later Conn, after the
	// one before has been detached: see [Conn.Detach]. After Attach, the endpoint calls
	// r.Ready, on the goroutine of l, when a Read or Write that would have blocked no longer
	// would. Early and needless calls are allowed. Right after Attach, the Conn tries without
	// such a call.
	//
	// The endpoint keeps r reachable. The loop keeps neither of them reachable. The garbage
	// collector closes an endpoint of this package to which nobody refers any more, and r.Ready
	// is not called again. Whoever waits for r.Ready without a Conn must keep a reference to
	// the endpoint.
	Attach(l *rt.Loop, r rt.Readiness) error

	// Read reads up to len(p) > 0 bytes. At the end of the stream the error is io.EOF. The
	// error is ErrWouldBlock, with or without bytes, if the next Read is worthwhile only after
	// r.Ready(true, _). Any other error, including io.EOF, comes without bytes: bytes that were
	// read before the error are returned first.
	Read(p []byte) (n int, err error)

	// Write writes as many of the len(p) > 0 bytes as it can. The error is ErrWouldBlock, with
	// or without bytes written, if the next Write is worthwhile only after r.Ready(_, true). If
	// ErrWouldBlock comes with all of p written, the bytes are buffered but not sent yet. The
	// next Write, with an empty p, goes on sending them.
	Write(p []byte) (n int, err error)

	CloseWrite() error // ends writing: the peer reads the rest and then io.EOF
	Close() error      // called at most once
	LocalAddr() net.Addr
	RemoteAddr() net.Addr
}

// An Acceptor carries a [Listener]. The rules of [Endpoint] apply.
type Acceptor interface {
	Attach(l *rt.Loop, r rt.Readiness) error
	Accept() (*Conn, error) // or ErrWouldBlock, until r.Ready(true, _)
	Close() error           // called at most once
	Addr() net.Addr
}

// A side is one direction of a connection, or a listener. It knows which task is in an
// operation on it, and whether trying is worthwhile. A wake-up needs nothing else.
type side struct {
	task   *rt.Task // the task in an operation, from the first suspension of the operation to its end
	ready  bool     // no ErrWouldBlock since the last report
	shared bool     // task began another operation while one was suspended
}

// wake records that trying is worthwhile and wakes the waiting task.
func (s *side) wake() {
	s.ready = true
	if s.task != nil {
		s.task.Wake()
	}
}

// busy reports whether a task is in an operation.
func (s *side) busy() bool { return s.task != nil && !s.task.Done() }

// enter reports whether an operation of t may begin.
func (s *side) enter(t *rt.Task) bool {
	switch {
	case s.task == nil:
	case s.task == t:
		// t makes two operations at once. Both are polled whenever t wakes, so both get on. Or
		// t has abandoned the other one, for example by a panic.
		s.shared = true
	case s.task.Done():
		s.task = nil // the operation was abandoned
	default:
		return false
	}
	return true
}

// wait makes an operation of t, which has entered, wait for [side.wake].
func (s *side) wait(t *rt.Task) { s.task = t }

// leave ends an operation of t.
func (s *side) leave(t *rt.Task) {
	if s.task != t {
		return
	}
	s.task = nil
	if s.shared {
		s.shared = false
		t.Wake() // the other operation waits again when it is polled
	}
}

// A loopRef is the loop that a connection or listener belongs to. Any goroutine may load it, as
// [rt.Block] does to find the loop.
type loopRef struct{ atomic.Pointer[rt.Loop] }

// claim makes l the loop and calls attach. It fails if there is a loop that is not closed.
func (r *loopRef) claim(l *rt.Loop, attach func() error) error {
	old := r.Load()
	if old != nil && !old.Closed() || !r.CompareAndSwap(old, l) {
		return errOtherLoop
	}
	err := attach()
	if err != nil {
		r.Store(nil)
	}
	return err
}

var (
	errBusyReading     = errors.New("another task is reading already: read from one task at a time")
	errBusyWriting     = errors.New("another task is writing already: write from one task at a time")
	errBusyAccepting   = errors.New("another task is accepting already: accept from one task and spawn the rest")
	errBusyDetaching   = errors.New("a task is reading or writing: detach only between operations")
	errUnsentDetaching = errors.New("a writer has something to send: await its Flush, and then detach")
	errCutShort        = errors.New("a part of a write was sent and the rest was not: write the rest, or close the connection")
	errQueueFull       = errors.New("the listener's queue is full")
	errOtherLoop       = errors.New("in use on another loop: a connection or listener belongs to the first loop that uses it, until that loop is closed")
)

// A duplex is what a connection and a datagram socket share: two sides on one loop.
type duplex struct {
	loop   loopRef
	read   side
	write  side
	closed bool
}

// bind makes l the loop and calls attach, unless l is the loop already.
func (d *duplex) bind(l *rt.Loop, attach func() error) error {
	if d.loop.Load() == l {
		return nil
	}
	if d.closed {
		return net.ErrClosed
	}
	return d.loop.claim(l, func() error {
		d.read, d.write = side{ready: true}, side{ready: true}
		return attach()
	})
}

// wake wakes the sides that are ready.
func (d *duplex) wake(readable, writable bool) {
	if readable {
		d.read.wake()
	}
	if writable {
		d.write.wake()
	}
}
