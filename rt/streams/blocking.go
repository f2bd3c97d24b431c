package streams

// This file makes readers, writers and listeners for libraries that block, as [NetConn] makes
// connections.

import (
	"io"
	"net"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// ToReader returns r as an [io.Reader]. It is for libraries that need one, such as a decoder of
// the data after a header that was read from r. Its calls read from the buffer of r, and block
// as those of [NetConn] do.
func ToReader(r *Reader) io.Reader { return blockingReader{r} }

type blockingReader struct{ r *Reader }

func (b blockingReader) Read(p []byte) (int, error) { return rt.Block(b.r.Read(p)) }

// ToWriter returns w as an [io.Writer] whose Write waits as [Writer.Drain] does. So a library
// that writes much does not fill the memory, as it could with w itself. Its calls block as
// those of [NetConn] do. The data is sent in the background: [Writer.Flush] waits for that.
func ToWriter(w *Writer) io.Writer { return blockingWriter{w} }

type blockingWriter struct{ w *Writer }

func (b blockingWriter) Write(p []byte) (int, error) {
	return rt.Block(drainedWrite{w: b.w, p: p})
}

// A drainedWrite is a Write followed by a Drain.
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

// NetListener returns l as a [net.Listener]. It is for libraries such as net/http, which serves
// on goroutines of its own. The connections belong to loop. Accept returns connections as
// [NetConn] does. The calls block as those of NetConn do.
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

// A netAccept accepts a connection and attaches it to the loop.
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
