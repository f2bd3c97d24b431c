package streams

// This file makes connections of readers and writers that block. Each read and each write is a
// call on a goroutine of its own.

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"syscall"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// pumpBlock is the most bytes for one call.
const pumpBlock = 32 << 10

// FromReader returns a connection that reads from r. Writing to it fails. A goroutine reads r
// when a task waits for data, and reads no more than that task needs. Data that a cancelled
// read was waiting for goes to the next read.
//
// Close closes r if r is an io.Closer. If r is a [net.Conn], whose Close may wait for the peer,
// a goroutine calls it and its error is lost. The loop runs other tasks in the meantime, but is
// not closed before Close has ended. If a call of r.Read is in progress and Close does not end
// it, the call is left behind on its goroutine, and Close returns an error that says so.
func FromReader(r io.Reader) *netio.Conn { return netio.NewConn(newPump(r, nil, r, nameOf(r))) }

// FromWriter returns a connection that writes to w. Reading from it fails. The rules of
// [FromReader] apply, too. CloseWrite acts as Close.
func FromWriter(w io.Writer) *netio.Conn { return netio.NewConn(newPump(nil, w, w, nameOf(w))) }

// FromNetConn returns a connection that uses conn. The caller must not use conn any more. For a
// [*net.TCPConn] or a [*net.UnixConn], the result is that of [netio.FileConn]. For any other
// connection, such as a [*crypto/tls.Conn] or an SSH channel, the rules of [FromReader] apply.
// If conn has a CloseWrite, a goroutine calls it, as it calls Close, and before Close.
func FromNetConn(conn net.Conn) (*netio.Conn, error) {
	switch conn := conn.(type) {
	case *net.TCPConn, *net.UnixConn:
		ours, err := netio.FileConn(conn.(syscall.Conn))
		if err != nil {
			return nil, err
		}
		return ours, conn.Close()
	}
	p := newPump(conn, conn, conn, "")
	p.local, p.remote = conn.LocalAddr(), conn.RemoteAddr()
	return netio.NewConn(p), nil
}

// Stdin returns a connection that reads the standard input, which is a terminal, a file or a
// pipe. Closing the connection leaves the standard input open.
func Stdin() *netio.Conn { return netio.NewConn(newPump(os.Stdin, nil, nil, "stdin")) }

// Stdout returns a connection that writes to the standard output. Closing the connection leaves
// the standard output open.
func Stdout() *netio.Conn { return netio.NewConn(newPump(nil, os.Stdout, nil, "stdout")) }

// Stderr is like [Stdout], for the standard error.
func Stderr() *netio.Conn { return netio.NewConn(newPump(nil, os.Stderr, nil, "stderr")) }

func nameOf(v any) string {
	if v, ok := v.(interface{ Name() string }); ok {
		return v.Name()
	}
	return fmt.Sprintf("%T", v)
}

// A pump is the [netio.Endpoint] of a reader or writer that blocks.
type pump struct {
	r             io.Reader // nil: nothing to read
	w             io.Writer // nil: nothing to write
	owned         any       // closed by Close if it is an io.Closer
	local, remote net.Addr

	mu      sync.Mutex // guards the following fields
	loop    *rt.Loop
	ready   rt.Readiness
	in, out direction
	half    chan struct{} // closed when the call of CloseWrite is over
}

// A direction makes the calls in one direction, one at a time.
type direction struct {
	calling bool
	buf     []byte // buffer of the calls
	data    []byte // part of buf that was read and not taken yet
	err     error  // error of the last call
}

func newPump(r io.Reader, w io.Writer, owned any, name string) *pump {
	return &pump{r: r, w: w, owned: owned, local: pumpAddr(name), remote: pumpAddr(name)}
}

// pumpAddr is the address of something without an address: its name.
type pumpAddr string

func (a pumpAddr) Network() string { return "file" }
func (a pumpAddr) String() string  { return string(a) }

func (p *pump) Attach(l *rt.Loop, r rt.Readiness) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.loop, p.ready = l, r
	return nil
}

func (p *pump) Read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	in := &p.in
	switch {
	case p.r == nil:
		return 0, errors.ErrUnsupported
	case len(in.data) > 0:
		n := copy(b, in.data)
		in.data = in.data[n:]
		return n, nil
	case in.err != nil:
		return 0, in.err
	}
	if !in.calling {
		in.calling = true
		if in.buf == nil {
			in.buf = make([]byte, min(pumpBlock, max(len(b), 512)))
		}
		go p.read(in.buf)
	}
	return 0, netio.ErrWouldBlock
}

func (p *pump) read(buf []byte) {
	n, err := p.r.Read(buf)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.in.data, p.in.err = buf[:n], err
	p.in.calling = false
	p.notify(true, false)
}

// Write buffers a block and returns ErrWouldBlock, because the block is not sent yet. The write
// is over when the call is.
func (p *pump) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := &p.out
	switch {
	case p.w == nil:
		return 0, errors.ErrUnsupported
	case out.calling:
		return 0, netio.ErrWouldBlock
	case out.err != nil:
		return 0, out.err
	case len(b) == 0:
		return 0, nil
	case p.half != nil:
		return 0, io.ErrClosedPipe
	}
	out.buf = append(out.buf[:0], b[:min(len(b), pumpBlock)]...)
	out.calling = true
	go p.write(out.buf)
	return len(out.buf), netio.ErrWouldBlock
}

func (p *pump) write(buf []byte) {
	n, err := p.w.Write(buf)
	if n < len(buf) && err == nil {
		err = io.ErrShortWrite
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out.err = err
	p.out.calling = false
	p.notify(false, true)
}

// notify tells the connection that a call has ended.
func (p *pump) notify(readable, writable bool) {
	r := p.ready
	p.loop.CallSoonThreadsafe(func() { r.Ready(readable, writable) }) // if the loop is closed, the next loop tries without being told
}

func (p *pump) CloseWrite() error {
	switch w := p.w.(type) {
	case interface{ CloseWrite() error }:
		return p.closeHalf(w.CloseWrite)
	case nil:
		return errors.ErrUnsupported
	}
	if p.r != nil {
		return errors.ErrUnsupported // conn cannot close one half of itself
	}
	if c, ok := p.owned.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

func (p *pump) closeHalf(fn func() error) error {
	p.mu.Lock()
	if p.half != nil {
		p.mu.Unlock()
		return nil
	}
	half := make(chan struct{})
	p.half = half
	p.mu.Unlock()
	return p.aside(func() error {
		defer close(half)
		err := fn()
		if err != nil {
			p.mu.Lock()
			p.out.err = err
			p.mu.Unlock()
		}
		return err
	})
}

// aside calls fn on a goroutine if fn could hold up a loop. A task of the loop waits for the
// call, so the loop is not closed before the call ends.
func (p *pump) aside(fn func() error) error {
	p.mu.Lock()
	l := p.loop
	p.mu.Unlock()
	if l == nil || l.Closed() {
		return fn()
	}
	call := rt.Go(func() (rt.Void, error) {
		fn()
		return rt.Void{}, nil
	})
	rt.Start(l, rt.Shield[rt.Void](call))
	return nil
}

func (p *pump) Close() error {
	switch c := p.owned.(type) {
	case net.Conn:
		p.mu.Lock()
		half := p.half
		p.mu.Unlock()
		return p.aside(func() error {
			if half != nil {
				<-half
			}
			return c.Close()
		})
	case io.Closer:
		return c.Close() // ends the calls in progress
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.in.calling || p.out.calling {
		return fmt.Errorf("a goroutine is left behind in a call of %s that nothing can interrupt", p.local)
	}
	return nil
}

// mostLayers is the number of layers of a connection that Abort looks through. A connection may
// name itself as the layer below.
const mostLayers = 100

// Abort implements [netio.Aborter].
func (p *pump) Abort() error {
	c, ok := p.owned.(net.Conn)
	if !ok {
		return p.Close()
	}
	// Close the socket first: the layers over it would say goodbye to the peer.
	bottom := c
	for range mostLayers {
		over, ok := bottom.(interface{ NetConn() net.Conn })
		if !ok {
			break
		}
		below := over.NetConn()
		if below == nil {
			break // the layer does not tell what is below
		}
		bottom = below
	}
	if s, ok := bottom.(interface{ SetLinger(int) error }); ok {
		s.SetLinger(0)
	}
	return p.aside(func() error { return errors.Join(bottom.Close(), closeAgain(c)) })
}

// closeAgain closes c, whose bottom layer is closed.
func closeAgain(c net.Conn) error {
	if err := c.Close(); !errors.Is(err, net.ErrClosed) && !left(err) {
		return err
	}
	return nil
}

func (p *pump) LocalAddr() net.Addr  { return p.local }
func (p *pump) RemoteAddr() net.Addr { return p.remote }
