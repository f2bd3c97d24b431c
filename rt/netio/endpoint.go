package netio

// This file is the seam between connections and what carries them: a socket,
// or a script in a test.

import (
	"errors"
	"github.com/coroutinegen/coroutinegen/rt"
	"net"
	"sync/atomic"
)

// ErrWouldBlock is what an [Endpoint] or an [Acceptor] answers when there is
// nothing to do now: EAGAIN.
var ErrWouldBlock = errors.New("operation would block")

// An Endpoint carries a [Conn]: a socket, one end of a pipe in memory, a
// script. None of its methods waits, and all of them are called on the
// goroutine of one loop; before the first Attach and after that loop has been
// closed, on any one goroutine.
type Endpoint interface {
	// Attach is called before the first Read or Write on behalf of a task of
	// l, and once more for each later loop (the one before has been closed) and
	// each later Conn (the one before was detached: see [Conn.Detach]).
	// From then on the endpoint calls r.Ready, on the goroutine of l, whenever
	// a Read or Write that would have blocked need not any more; early and
	// needless calls are allowed. Right after Attach the Conn tries without
	// being told.
	//
	// The endpoint keeps r reachable, and the loop keeps neither: an endpoint of
	// this package that nobody refers to any more is closed by the garbage
	// collector, and r.Ready is not called again. Whoever waits for r.Ready and
	// has no Conn must keep the endpoint itself.
	Attach(l *rt.Loop, r rt.Readiness) error

	// Read reads up to len(p) > 0 bytes. At the end of the stream the error is
	// io.EOF. The error is ErrWouldBlock, with or without bytes, if the next
	// Read is worthwhile only after r.Ready(true, _). Every other one, io.EOF
	// too, comes without bytes: those that were read before it come first.
	Read(p []byte) (n int, err error)

	// Write writes what it can of the len(p) > 0 bytes. The error is
	// ErrWouldBlock, with or without bytes written, if the next Write is
	// worthwhile only after r.Ready(_, true). If it comes with all of p, the
	// bytes have been taken in but not sent yet: the next Write, with the
	// bytes that are left, none, goes on with that.
	Write(p []byte) (n int, err error)

	CloseWrite() error // no more writes: the peer reads the rest, then io.EOF
	Close() error      // called at most once
	LocalAddr() net.Addr
	RemoteAddr() net.Addr
}

// An Acceptor carries a [Listener], under the rules of [Endpoint].
type Acceptor interface {
	Attach(l *rt.Loop, r rt.Readiness) error
	Accept() (*Conn, error) // or ErrWouldBlock, until r.Ready(true, _)
	Close() error           // called at most once
	Addr() net.Addr
}

// A side is one direction of a connection, or a listener: who is in an
// operation on it, and whether trying is worthwhile. It is all that a wake-up
// needs.
type side struct {
	task   *rt.Task // in an operation, from its first suspension to its end
	ready  bool     // no "would block" since the last report
	shared bool     // task began another operation here while one was suspended
}

// wake makes the next try worthwhile and lets the waiting task make it.
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
		// Two at once in one task: both are polled whenever it wakes, so they
		// get along. Or the other one was abandoned, by a panic say.
		s.shared = true
	case s.task.Done():
		s.task = nil // abandoned
	default:
		return false
	}
	return true
}

// wait lets an operation of t, which has entered, wait for [side.wake].
func (s *side) wait(t *rt.Task) { s.task = t }

// leave ends an operation of t.
func (s *side) leave(t *rt.Task) {
	if s.task != t {
		return
	}
	s.task = nil
	if s.shared {
		s.shared = false
		t.Wake() // the other one registers anew when it is polled
	}
}

// A loopRef is the loop that a connection or listener belongs to. Any goroutine
// may load it: that is how [rt.Block] knows where to go.
type loopRef struct{ atomic.Pointer[rt.Loop] }

// claim makes l the loop, if there is none or it has been closed, and attaches.
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
