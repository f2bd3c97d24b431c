package streams

// This file is connections over what blocks: each read and each write is a call
// on a goroutine of its own.

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

// pumpBlock is the most that one call is given.
const pumpBlock = 32 << 10

// FromReader returns a connection that reads from r; writing to it fails. r is
// read, on a goroutine of its own, when somebody waits for it and no further
// than that needs; what a cancelled read was waiting for is there for the next.
//
// Close closes r if it is an io.Closer: a [net.Conn], whose Close may wait for the
// peer, on a goroutine as well. The loop then goes on, but is not closed before
// that is over; the error is lost. A call of r.Read that is under way and that
// this does not end is left behind on its goroutine: then Close returns an error
// that says so.
func FromReader(r io.Reader) *netio.Conn { return netio.NewConn(newPump(r, nil, r, nameOf(r))) }

// FromWriter returns a connection that writes to w; reading from it fails. The
// rules of [FromReader] hold for it too. CloseWrite is Close.
func FromWriter(w io.Writer) *netio.Conn { return netio.NewConn(newPump(nil, w, w, nameOf(w))) }

// FromNetConn makes a connection of conn, which must not be used any more. A
// [*net.TCPConn] or [*net.UnixConn] becomes one of ours ([netio.FileConn]); for
// any other, a [*crypto/tls.Conn] or an SSH channel say, the rules of
// [FromReader] hold; its CloseWrite, if it has one, is called as its Close is, and
// before that.
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

// Stdin returns a connection that reads the standard input, a terminal, file or
// pipe, which stays open when it is closed.
func Stdin() *netio.Conn { return netio.NewConn(newPump(os.Stdin, nil, nil, "stdin")) }

// Stdout returns a connection that writes to the standard output, which stays
// open when it is closed.
func Stdout() *netio.Conn { return netio.NewConn(newPump(nil, os.Stdout, nil, "stdout")) }

// Stderr is Stdout for the standard error.
func Stderr() *netio.Conn { return netio.NewConn(newPump(nil, os.Stderr, nil, "stderr")) }

func nameOf(v any) string {
	if v, ok := v.(interface{ Name() string }); ok {
		return v.Name()
	}
	return fmt.Sprintf("%T", v)
}

// A pump is what blocks, as [netio.Endpoint].
type pump struct {
	r             io.Reader // nil: nothing to read
	w             io.Writer // nil: nothing to write
	owned         any       // what Close closes, if it is an io.Closer
	local, remote net.Addr

	mu      sync.Mutex // guards what follows
	loop    *rt.Loop
	ready   rt.Readiness
	in, out direction
	half    chan struct{} // of CloseWrite: closed when the call is over
}

// A direction is the calls in one direction: at most one at a time.
type direction struct {
	calling bool
	buf     []byte // what they read from, or write, in
	data    []byte // of buf, read and not taken yet
	err     error  // of the last call
}

func newPump(r io.Reader, w io.Writer, owned any, name string) *pump {
	return &pump{r: r, w: w, owned: owned, local: pumpAddr(name), remote: pumpAddr(name)}
}

// pumpAddr is the address of what has none: its name.
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

// Write takes in a block and says that it has not been sent: the write is over
// when the call is.
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
	p.loop.CallSoonThreadsafe(func() { r.Ready(readable, writable) }) // the next loop tries without being told
}

func (p *pump) CloseWrite() error {
	switch w := p.w.(type) {
	case interface{ CloseWrite() error }:
		return p.closeHalf(w.CloseWrite)
	case nil:
		return errors.ErrUnsupported
	}
	if p.r != nil {
		return errors.ErrUnsupported // there is no half of it to close
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

// aside calls fn on a goroutine, if there is a loop that it could hold up. That
// has a task which waits for the call, so it is not closed before.
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
		return c.Close() // the calls that are under way end now
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.in.calling || p.out.calling {
		return fmt.Errorf("a goroutine is left behind in a call of %s that nothing can interrupt", p.local)
	}
	return nil
}

// mostLayers is how many connections Abort looks for under one, which may name itself.
const mostLayers = 100

// Abort implements [netio.Aborter].
func (p *pump) Abort() error {
	c, ok := p.owned.(net.Conn)
	if !ok {
		return p.Close()
	}
	// Without what lies over the socket, which would say goodbye.
	bottom := c
	for range mostLayers {
		over, ok := bottom.(interface{ NetConn() net.Conn })
		if !ok {
			break
		}
		below := over.NetConn()
		if below == nil {
			break // it tells nobody, or has none
		}
		bottom = below
	}
	if s, ok := bottom.(interface{ SetLinger(int) error }); ok {
		s.SetLinger(0)
	}
	return p.aside(func() error { return errors.Join(bottom.Close(), closeAgain(c)) })
}

// closeAgain closes c, whose bottom is closed.
func closeAgain(c net.Conn) error {
	if err := c.Close(); !errors.Is(err, net.ErrClosed) && !left(err) {
		return err
	}
	return nil
}

func (p *pump) LocalAddr() net.Addr  { return p.local }
func (p *pump) RemoteAddr() net.Addr { return p.remote }
