package rttest

// This file holds connections without sockets, to a peer that follows a script or to
// another task through a pipe, and the listener that accepts them.

import (
	"fmt"
	"io"
	"net"
	"slices"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// A Peer describes what the other side of a [Conn] does.
type Peer struct {
	// Name is the name of the connection in the trace.
	Name string

	// Sends is what the peer sends. A read takes at most one of these strings, so
	// short strings make short reads.
	Sends []string

	// End is the error of a read after all of Sends was read. Nil stands for
	// io.EOF. Use syscall.ECONNRESET for a peer that resets. If Idle is set,
	// the read waits for ever instead.
	End  error
	Idle bool

	// Takes is how many bytes each call of the system takes from a write, so
	// small numbers divide a write into pieces. Later calls take everything or,
	// if Refuses is not nil, fail with Refuses.
	Takes   []int
	Refuses error
}

// A Conn is a connection to a [Peer].
type Conn struct {
	*netio.Conn
	peer        Peer
	read, write gate
	written     []byte
	closed      bool
	aborted     bool
	writeClosed bool
}

// NewConn returns a connection to peer. Each read, and each piece of a write, is a
// step of s. The script s says whether the step suspends, fails, panics or is
// cancelled, and records what happens. If s is nil, every step completes at once.
func NewConn(s *Script, peer Peer) *Conn {
	if peer.Name == "" {
		peer.Name = "conn"
	}
	peer.Sends = slices.Clone(peer.Sends)
	peer.Takes = slices.Clone(peer.Takes)
	c := &Conn{peer: peer}
	c.read = gate{script: s, label: peer.Name + " read"}
	c.write = gate{script: s, label: peer.Name + " write"}
	c.Conn = netio.NewConn((*scripted)(c))
	return c
}

// Written returns all that was written to the peer.
func (c *Conn) Written() string { return string(c.written) }

// Closed reports whether the connection was closed.
func (c *Conn) Closed() bool { return c.closed }

// Aborted reports whether the connection was closed so that the peer knows that
// data is missing: see [netio.Conn.Abort].
func (c *Conn) Aborted() bool { return c.aborted }

// WriteClosed reports whether CloseWrite was called.
func (c *Conn) WriteClosed() bool { return c.writeClosed }

// scripted is a Conn as the [netio.Endpoint] of its netio.Conn.
type scripted Conn

func (c *scripted) Attach(l *rt.Loop, r rt.Readiness) error {
	c.read.attach(l, func() { r.Ready(true, false) })
	c.write.attach(l, func() { r.Ready(false, true) })
	return nil
}

func (c *scripted) Read(p []byte) (int, error) {
	if err := c.read.try(); err != nil {
		return 0, err
	}
	if len(c.peer.Sends) == 0 {
		switch {
		case c.peer.Idle:
			c.read.block()
			return 0, netio.ErrWouldBlock
		case c.peer.End != nil:
			return 0, c.read.fail(c.peer.End)
		}
		return 0, c.read.fail(io.EOF)
	}
	n := copy(p, c.peer.Sends[0])
	if n == len(c.peer.Sends[0]) {
		c.peer.Sends = c.peer.Sends[1:]
	} else {
		c.peer.Sends[0] = c.peer.Sends[0][n:]
	}
	c.read.done("%q", p[:n])
	return n, nil
}

func (c *scripted) Write(p []byte) (int, error) {
	if err := c.write.try(); err != nil {
		return 0, err
	}
	n := len(p)
	switch {
	case len(c.peer.Takes) > 0:
		n = min(n, c.peer.Takes[0])
		c.peer.Takes = c.peer.Takes[1:]
	case c.writeClosed:
		return 0, c.write.fail(errPipe)
	case c.peer.Refuses != nil:
		return 0, c.write.fail(c.peer.Refuses)
	}
	c.written = append(c.written, p[:n]...)
	c.write.done("%q", p[:n])
	return n, nil
}

func (c *scripted) CloseWrite() error {
	c.writeClosed = true
	c.write.script.note("%s close write", c.peer.Name)
	return nil
}

func (c *scripted) Close() error {
	c.closed = true
	c.read.script.note("%s close", c.peer.Name)
	return nil
}

// Abort implements [netio.Aborter].
func (c *scripted) Abort() error {
	c.closed, c.aborted = true, true
	c.read.script.note("%s abort", c.peer.Name)
	return nil
}

func (c *scripted) LocalAddr() net.Addr  { return address(c.peer.Name) }
func (c *scripted) RemoteAddr() net.Addr { return address(c.peer.Name + "-peer") }

// NewListener returns a listener whose system calls have the given events, in order. For
// a [*Conn] or a [*netio.Conn], the call accepts the connection. For an error, the call
// fails with it. After the events, Accept fails with [net.ErrClosed]. Each system call is
// a step of s.
func NewListener(s *Script, name string, events ...any) *netio.Listener {
	return netio.NewListener(&acceptor{name: name, gate: gate{script: s, label: name + " accept"}, events: events})
}

type acceptor struct {
	name   string
	gate   gate
	events []any
}

func (a *acceptor) Attach(l *rt.Loop, r rt.Readiness) error {
	a.gate.attach(l, func() { r.Ready(true, false) })
	return nil
}

func (a *acceptor) Accept() (*netio.Conn, error) {
	if err := a.gate.try(); err != nil {
		return nil, err
	}
	if len(a.events) == 0 {
		return nil, a.gate.fail(net.ErrClosed)
	}
	event := a.events[0]
	a.events = a.events[1:]
	switch event := event.(type) {
	case *Conn:
		a.gate.done("%s", event.peer.Name)
		return event.Conn, nil
	case *netio.Conn:
		a.gate.done("%s", event.LocalAddr())
		return event, nil
	case error:
		return nil, a.gate.fail(event)
	}
	panic(fmt.Errorf("rttest: NewListener was given a %T, want a connection or an error", event))
}

func (a *acceptor) Close() error {
	a.gate.script.note("%s close", a.name)
	return nil
}

func (a *acceptor) Addr() net.Addr { return address(a.name) }

// NewPipe returns two connections. Each of them reads what is written to the other. There
// is a buffer of size bytes in each direction, and a write to a full buffer waits. Both
// connections must be used on one loop. Reads, and pieces of writes, are steps of s, which
// may be nil. If one connection is aborted, the other reads what was sent, then fails with
// syscall.ECONNRESET.
func NewPipe(s *Script, a, b string, size int) (*netio.Conn, *netio.Conn) {
	if size < 1 {
		panic(fmt.Errorf("rttest: a pipe of %d bytes lets nothing through", size))
	}
	there, back := &channel{size: size}, &channel{size: size}
	end := func(local, remote string, in, out *channel) *netio.Conn {
		e := &pipeEnd{local: local, remote: remote, in: in, out: out}
		in.reader = gate{script: s, label: local + " read"}
		out.writer = gate{script: s, label: local + " write"}
		return netio.NewConn(e)
	}
	return end(a, b, back, there), end(b, a, there, back)
}

// A channel is one direction of a pipe.
type channel struct {
	data           []byte
	size           int
	ended, broken  bool // by the writer, by the reader
	reset          bool // the writer has aborted
	reader, writer gate
}

type pipeEnd struct {
	local, remote string
	in, out       *channel
}

func (e *pipeEnd) Attach(l *rt.Loop, r rt.Readiness) error {
	e.in.reader.attach(l, func() { r.Ready(true, false) })
	e.out.writer.attach(l, func() { r.Ready(false, true) })
	return nil
}

func (e *pipeEnd) Read(p []byte) (int, error) {
	c := e.in
	if err := c.reader.try(); err != nil {
		return 0, err
	}
	if len(c.data) == 0 {
		if c.reset {
			return 0, c.reader.fail(errReset)
		}
		if c.ended {
			return 0, c.reader.fail(io.EOF)
		}
		c.reader.block()
		return 0, netio.ErrWouldBlock
	}
	n := copy(p, c.data)
	c.data = c.data[n:]
	c.reader.done("%q", p[:n])
	c.writer.unblock()
	return n, nil
}

func (e *pipeEnd) Write(p []byte) (int, error) {
	c := e.out
	if err := c.writer.try(); err != nil {
		return 0, err
	}
	if c.ended || c.broken {
		return 0, c.writer.fail(errPipe)
	}
	n := min(len(p), c.size-len(c.data))
	if n == 0 {
		c.writer.block()
		return 0, netio.ErrWouldBlock
	}
	c.data = append(c.data, p[:n]...)
	c.writer.done("%q", p[:n])
	c.reader.unblock()
	return n, nil
}

func (e *pipeEnd) CloseWrite() error {
	e.out.writer.script.note("%s close write", e.local)
	e.out.ended = true
	e.out.reader.unblock()
	return nil
}

func (e *pipeEnd) Close() error {
	e.out.writer.script.note("%s close", e.local)
	return e.end()
}

// Abort implements [netio.Aborter]. The peer reads what was sent, then fails with
// syscall.ECONNRESET.
func (e *pipeEnd) Abort() error {
	e.out.writer.script.note("%s abort", e.local)
	e.out.reset = true
	return e.end()
}

func (e *pipeEnd) end() error {
	e.out.ended, e.in.broken = true, true
	e.out.reader.unblock()
	e.in.writer.unblock()
	return nil
}

func (e *pipeEnd) LocalAddr() net.Addr  { return address(e.local) }
func (e *pipeEnd) RemoteAddr() net.Addr { return address(e.remote) }

// A gate controls one kind of operation of a connection. It asks the script, once per
// operation, what is to happen.
type gate struct {
	script  *Script
	label   string
	loop    *rt.Loop
	ready   func()
	number  int  // of the step
	begun   bool // the script was asked for this operation
	blocked bool // the operation waits, whatever the script says
}

func (g *gate) attach(l *rt.Loop, ready func()) { g.loop, g.ready = l, ready }

// try begins an operation or continues it. If the error is nil, the caller must call done,
// fail or block.
func (g *gate) try() error {
	s := g.script
	if s == nil {
		return nil
	}
	if !g.begun {
		g.begun = true
		g.number = s.next
		s.next++
		if s.Pending>>g.number&1 != 0 {
			g.suspend()
			return netio.ErrWouldBlock
		}
		if g.injects(CancelNow) {
			s.note("%s(%d) is ready before the cancellation", g.label, g.number)
			rt.Current().Cancel(ErrInjected)
		}
	}
	switch {
	case g.injects(PanicNow):
		g.begun = false
		s.note("%s(%d) panics", g.label, g.number)
		panic(ErrInjected)
	case g.injects(Failure):
		return g.fail(ErrInjected)
	}
	return nil
}

func (g *gate) injects(i Injection) bool {
	return g.script.Inject == i && g.script.At == g.number
}

func (g *gate) suspend() {
	g.script.note("%s(%d) suspends", g.label, g.number)
	if !g.injects(CancelNow) {
		g.loop.CallSoon(g.ready)
		return
	}
	g.script.note("%s(%d) is cancelled", g.label, g.number)
	g.begun = false // the operation ends here
	rt.Current().Cancel(ErrInjected)
	// The connection becomes ready a turn after the cancellation, not before it.
	g.loop.CallSoon(func() { g.loop.CallSoon(g.ready) })
}

// done ends an operation and notes its outcome.
func (g *gate) done(format string, args ...any) {
	g.begun = false
	g.script.note("%s(%d): %s", g.label, g.number, fmt.Sprintf(format, args...))
}

// fail ends an operation with err.
func (g *gate) fail(err error) error {
	g.begun = false
	g.script.note("%s(%d) fails: %v", g.label, g.number, err)
	return err
}

// block notes that the operation waits until unblock.
func (g *gate) block() {
	if !g.blocked {
		g.blocked = true
		g.script.note("%s(%d) waits", g.label, g.number)
	}
}

// unblock lets an operation that waits try again.
func (g *gate) unblock() {
	if g.blocked {
		g.blocked = false
		g.ready()
	}
}

// note is Note for a script that may be nil.
func (s *Script) note(format string, args ...any) {
	if s != nil {
		s.Note(format, args...)
	}
}

// An address is the name of a connection.
type address string

func (a address) Network() string { return "rttest" }
func (a address) String() string  { return string(a) }
