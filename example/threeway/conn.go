package threeway

// This file is scripted connections and listeners.

import (
	"io"
	"net"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// Conn returns a connection whose peer says each of the given things, in a
// read each, then nothing more. What is written to it goes into the trace.
func (s *Stage) Conn(name string, says ...string) *netio.Conn {
	return netio.NewConn(&conn{
		stage: s,
		name:  name,
		says:  says,
		read:  gate{stage: s, name: name + " read"},
		write: gate{stage: s, name: name + " write"},
	})
}

type conn struct {
	stage       *Stage
	name        string
	says        []string
	read, write gate
}

// Attach implements [netio.Endpoint].
func (c *conn) Attach(_ *rt.Loop, r rt.Readiness) error {
	c.stage.open[c.name] = true
	c.read.wake = func() { r.Ready(true, false) }
	c.write.wake = func() { r.Ready(false, true) }
	return nil
}

// Read implements [netio.Endpoint].
func (c *conn) Read(p []byte) (int, error) {
	if err := c.read.pass(); err != nil {
		return 0, err
	}
	if len(c.says) == 0 {
		c.stage.Note("%s read: EOF", c.name)
		return 0, io.EOF
	}
	n := copy(p, c.says[0])
	c.stage.Note("%s read: %q", c.name, p[:n])
	if c.says[0] = c.says[0][n:]; c.says[0] == "" {
		c.says = c.says[1:]
	}
	return n, nil
}

// Write implements [netio.Endpoint]. If it is to suspend it takes a half first.
func (c *conn) Write(p []byte) (int, error) {
	err := c.write.pass()
	if err == netio.ErrWouldBlock {
		p = p[:len(p)/2]
		c.stage.Note("%s write: %q", c.name, p)
		return len(p), err
	}
	if err != nil {
		return 0, err
	}
	c.stage.Note("%s write: %q", c.name, p)
	return len(p), nil
}

// CloseWrite implements [netio.Endpoint].
func (c *conn) CloseWrite() error {
	c.stage.Note("%s closes for writing", c.name)
	return nil
}

// Close implements [netio.Endpoint].
func (c *conn) Close() error {
	c.stage.Note("%s closes", c.name)
	delete(c.stage.open, c.name)
	return nil
}

// LocalAddr implements [netio.Endpoint].
func (c *conn) LocalAddr() net.Addr { return nil }

// RemoteAddr implements [netio.Endpoint].
func (c *conn) RemoteAddr() net.Addr { return addr(c.name) }

// Listener returns a listener that accepts conns, then never another: a second
// later the main task is cancelled.
func (s *Stage) Listener(name string, conns ...*netio.Conn) *netio.Listener {
	return netio.NewListener(&listener{stage: s, name: name, conns: conns, accept: gate{stage: s, name: name + " accept"}})
}

type listener struct {
	stage  *Stage
	name   string
	conns  []*netio.Conn
	accept gate
}

// Attach implements [netio.Acceptor].
func (l *listener) Attach(_ *rt.Loop, r rt.Readiness) error {
	l.stage.open[l.name] = true
	l.accept.wake = func() { r.Ready(true, false) }
	return nil
}

// Accept implements [netio.Acceptor].
func (l *listener) Accept() (*netio.Conn, error) {
	if len(l.conns) == 0 {
		l.stage.Note("%s waits for ever", l.name)
		l.stage.loop.CallLater(time.Second, l.stage.cancel)
		return nil, netio.ErrWouldBlock
	}
	if err := l.accept.pass(); err != nil {
		return nil, err
	}
	conn := l.conns[0]
	l.conns = l.conns[1:]
	l.stage.Note("%s accepts %v", l.name, conn.RemoteAddr())
	return conn, nil
}

// Close implements [netio.Acceptor].
func (l *listener) Close() error {
	l.stage.Note("%s closes", l.name)
	delete(l.stage.open, l.name)
	return nil
}

// Addr implements [netio.Acceptor].
func (l *listener) Addr() net.Addr { return addr(l.name) }

// addr is the address of what has only a name.
type addr string

func (a addr) Network() string { return "script" }
func (a addr) String() string  { return string(a) }
