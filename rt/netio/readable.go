package netio

// This file implements the operation that waits until there is something to read, without a
// buffer to read into.

import (
	"net"

	"github.com/coroutinegen/coroutinegen/rt"
)

// Readable returns the operation that waits until a Read is worthwhile: there is something to
// read, the stream has ended, or the connection has failed. A connection that waits this way
// needs no buffer in the meantime. It can borrow one for the Read and give it back:
//
//	for {
//		if err := co.Wait(conn.Readable()); err != nil {
//			return err
//		}
//		buf := buffers.Get().(*[4096]byte)
//		n, err := co.Await(conn.Read(buf[:]))
//
// Readable may return early. On a new connection, and after a Read that has filled its buffer,
// only the next Read can find out whether there is something to read.
func (c *Conn) Readable() ReadableOp { return ReadableOp{conn: c} }

// A ReadableOp is the operation that [Conn.Readable] returns.
type ReadableOp struct {
	conn  *Conn
	stage rt.Stage
}

// Poll implements [rt.Awaitable].
func (o *ReadableOp) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	c := o.conn
	first, err, ready := o.stage.Begin(t, "read")
	if err != nil || !ready {
		return rt.Void{}, err, ready
	}
	if first {
		if err := c.enter(&c.read, t, "read", errBusyReading); err != nil {
			return rt.Void{}, err, true
		}
	}
	switch {
	case c.closed:
		err = c.failed("read", net.ErrClosed)
	case !c.read.ready:
		if err = t.Err(); err == nil {
			c.read.wait(t)
			o.stage.Suspend(t)
			return rt.Void{}, nil, false
		}
	}
	c.read.leave(t)
	return rt.Void{}, err, true
}

// Loop returns the loop that the connection belongs to, or nil.
func (o ReadableOp) Loop() *rt.Loop { return o.conn.loop.Load() }

// Awaitable implements [rt.Expr].
func (o ReadableOp) Awaitable() rt.Awaitable[rt.Void] { return &o }
