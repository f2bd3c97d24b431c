package streams

// This file is readers, writers and listeners of a loop for libraries that
// block, as [NetConn] is connections.

import (
	"io"
	"net"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// ToReader returns r as an [io.Reader], for a library that wants one: a decoder,
// say, of what comes after a header that was read here. Its calls block, where
// those of [NetConn] do, and read from the buffer of r.
func ToReader(r *Reader) io.Reader { return blockingReader{r} }

type blockingReader struct{ r *Reader }

func (b blockingReader) Read(p []byte) (int, error) { return rt.Block(b.r.Read(p)) }

// ToWriter returns w as an [io.Writer] whose Write waits as [Writer.Drain] does:
// a library that writes much does not fill the memory, as it could with w. Its
// calls block where those of [NetConn] do. What it is given is sent in the
// background; [Writer.Flush] waits for that.
func ToWriter(w *Writer) io.Writer { return blockingWriter{w} }

type blockingWriter struct{ w *Writer }

func (b blockingWriter) Write(p []byte) (int, error) {
	return rt.Block(drainedWrite{w: b.w, p: p})
}

// A drainedWrite is a Write and then a Drain.
type drainedWrite struct {
	w       *Writer
	p       []byte
	written bool
	drain   DrainOp
}

// Poll implements [rt.Awaitable].
func (o *drainedWrite) Poll(t *rt.Task) (n int, err error, ready bool) {
	if !o.written {
		if n, err := o.w.Write(o.p); err != nil {
			return n, err, true
		}
		o.written = true
		o.drain = o.w.Drain()
	}
	_, err, ready = o.drain.Poll(t)
	return len(o.p), err, ready
}

// Loop returns the loop that the connection belongs to, or nil.
func (o drainedWrite) Loop() *rt.Loop { return o.w.sink.Loop() }

// Awaitable implements [rt.Expr].
func (o drainedWrite) Awaitable() rt.Awaitable[int] { return &o }

// NetListener returns l, whose connections are to belong to loop, as a
// [net.Listener]: net/http serves on it, say, on goroutines of its own. What it
// accepts is as [NetConn] returns it. Its calls block where those of NetConn
// do.
func NetListener(loop *rt.Loop, l *netio.Listener) net.Listener { return &netListener{loop, l} }

type netListener struct {
	loop *rt.Loop
	l    *netio.Listener
}

func (n *netListener) Accept() (net.Conn, error) {
	return rt.Block(netAccept{loop: n.loop, accept: n.l.Accept()})
}

func (n *netListener) Close() error {
	_, err := rt.Block(call{n, n.l.Close})
	return err
}

func (n *netListener) Addr() net.Addr { return n.l.Addr() }
func (n *netListener) Loop() *rt.Loop { return n.loop }

// A netAccept accepts a connection and puts it on the loop.
type netAccept struct {
	loop   *rt.Loop
	accept netio.AcceptOp
}

// Poll implements [rt.Awaitable].
func (o *netAccept) Poll(t *rt.Task) (net.Conn, error, bool) {
	conn, err, ready := o.accept.Poll(t)
	if !ready || err != nil {
		return nil, err, ready
	}
	if err := conn.Attach(o.loop); err != nil {
		conn.Close()
		return nil, err, true
	}
	return NetConn(conn), nil, true
}

// Loop returns the loop that the listener belongs to.
func (o netAccept) Loop() *rt.Loop { return o.loop }

// Awaitable implements [rt.Expr].
func (o netAccept) Awaitable() rt.Awaitable[net.Conn] { return &o }
