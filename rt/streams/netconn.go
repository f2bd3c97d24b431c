package streams

// This file makes a net.Conn of a connection, for libraries that block.

import (
	"math"
	"net"
	"os"
	"sync"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// NetConn returns conn as a [net.Conn]. It is for libraries that need one. Where a method
// blocks depends on the caller. On an ordinary goroutine, it blocks that goroutine
// ([rt.ToThread] makes one). In a lock-step coroutine it suspends the coroutine, and the
// library runs unchanged as a task of the loop. See Async of package annotations, and Lockstep
// of package machine for a coroutine inside of an async function. On the goroutine of the loop
// itself, a method panics: see [rt.Block].
//
// As in package net, any goroutine may set deadlines and call the other methods. If several
// goroutines read or write, each waits for its turn.
func NetConn(conn Conn) net.Conn { return &netConn{conn: conn} }

type netConn struct {
	conn        Conn
	read, write limit
}

func (c *netConn) Read(p []byte) (int, error) {
	return rt.Block(limited[netio.ReadOp](&c.read, c.conn.Read(p), "read", c.conn))
}

func (c *netConn) Write(p []byte) (int, error) {
	return rt.Block(limited[netio.WriteOp](&c.write, c.conn.Write(p), "write", c.conn))
}

func (c *netConn) Close() error {
	_, err := rt.Block(call{c.conn, c.conn.Close})
	return err
}

func (c *netConn) CloseWrite() error {
	_, err := rt.Block(call{c.conn, c.conn.CloseWrite})
	return err
}

func (c *netConn) LocalAddr() net.Addr  { return c.conn.LocalAddr() }
func (c *netConn) RemoteAddr() net.Addr { return c.conn.RemoteAddr() }

func (c *netConn) SetDeadline(t time.Time) error {
	c.read.set(t)
	c.write.set(t)
	return nil
}

func (c *netConn) SetReadDeadline(t time.Time) error  { c.read.set(t); return nil }
func (c *netConn) SetWriteDeadline(t time.Time) error { c.write.set(t); return nil }

// A limit is the deadline of one direction, with the operations that wait for their turn.
type limit struct {
	mu       sync.Mutex // guards the following fields and the places in line
	deadline time.Time  // zero: none
	busy     bool       // an operation is in progress
	loop     *rt.Loop   // loop of the operation in progress; nil: no operation
	scope    *rt.Scope  // scope of the operation in progress
	line     rt.Line[limitedOp]
}

// set sets the deadline. It applies to an operation in progress, too.
func (l *limit) set(t time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.deadline = t
	if l.loop != nil {
		l.loop.CallSoonThreadsafe(l.apply) // a closed loop has no operation in progress
	}
}

// apply sets the deadline of the scope of the operation in progress.
func (l *limit) apply() {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.loop == nil:
	case l.deadline.IsZero():
		l.scope.SetTimeout(math.MaxInt64)
	default:
		l.scope.SetTimeout(l.deadline.Sub(l.loop.Now()))
	}
}

// begin begins an operation of t, whose turn it is.
func (l *limit) begin(t *rt.Task) *rt.Scope {
	l.mu.Lock()
	scope := t.OpenScope()
	l.loop, l.scope = t.Loop(), scope
	limited := !l.deadline.IsZero()
	l.mu.Unlock()
	if limited {
		l.apply()
	}
	return scope
}

// end ends the operation in progress. The next operation then has its turn.
func (l *limit) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.scope.Close()
	l.loop, l.scope = nil, nil
	l.busy = l.line.ServeThreadsafe() != nil
}

// limited returns op with the deadline of l.
func limited[X rt.Expr[int]](l *limit, op X, name string, conn Conn) limitedOp {
	return limitedOp{limit: l, op: op, name: name, conn: conn}
}

// A limitedOp is a read or write with a deadline.
type limitedOp struct {
	limit  *limit
	op     rt.Expr[int]
	name   string
	conn   Conn
	waiter rt.Waiter[limitedOp]
	inner  rt.Awaitable[int] // nil: it waits for its turn
	scope  *rt.Scope
}

// Poll implements [rt.Awaitable].
func (o *limitedOp) Poll(t *rt.Task) (n int, err error, ready bool) {
	if o.inner == nil {
		if err, ready := o.turn(t); !ready || err != nil {
			return 0, err, ready
		}
		o.inner = o.op.Awaitable()
		o.scope = o.limit.begin(t)
	}
	n, err, ready = o.inner.Poll(t)
	if !ready {
		return 0, nil, false
	}
	if err != nil && err == o.scope.Cause() {
		err = &net.OpError{Op: o.name, Net: network(o.conn), Source: o.conn.LocalAddr(), Addr: o.conn.RemoteAddr(), Err: os.ErrDeadlineExceeded}
	}
	o.limit.end()
	return n, err, true
}

// turn waits until no other operation is in progress.
func (o *limitedOp) turn(t *rt.Task) (err error, ready bool) {
	l := o.limit
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case o.waiter.Collect():
		return nil, true
	case !o.waiter.Waiting() && !l.busy:
		l.busy = true
		return nil, true
	case t.Err() != nil:
		o.waiter.Leave()
		return t.Err(), true
	case !o.waiter.Waiting():
		l.line.Join(t, o, &o.waiter, nil)
	}
	return nil, false
}

func network(c Conn) string {
	if a := c.LocalAddr(); a != nil {
		return a.Network()
	}
	return "tcp"
}

// Loop returns the loop that the connection belongs to, or nil.
func (o limitedOp) Loop() *rt.Loop { return o.conn.Loop() }

// Awaitable implements [rt.Expr].
func (o limitedOp) Awaitable() rt.Awaitable[int] { return &o }

// A call is a call of a method of a connection or listener on its loop.
type call struct {
	on interface{ Loop() *rt.Loop }
	fn func() error
}

// Poll implements [rt.Awaitable].
func (c call) Poll(*rt.Task) (rt.Void, error, bool) { return rt.Void{}, c.fn(), true }

// Loop returns the loop that the connection belongs to, or nil.
func (c call) Loop() *rt.Loop { return c.on.Loop() }

// Awaitable implements [rt.Expr].
func (c call) Awaitable() rt.Awaitable[rt.Void] { return c }
