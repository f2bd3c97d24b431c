//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio_test

// This file implements a server for the tests of connections: an echo server made of machines
// written by hand, and a loop to run it on.

import (
	"errors"
	"net"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// An echoFrame is a connection handler written by hand. It echoes until the peer closes.
type echoFrame struct {
	conn    *netio.Conn
	buf     []byte
	writing bool // writing, not reading
	read    netio.ReadOp
	write   netio.WriteOp
}

func echo(conn *netio.Conn, size int) rt.Coroutine[rt.Void] {
	f := &echoFrame{conn: conn, buf: make([]byte, size)}
	f.read = conn.Read(f.buf)
	return rt.NewCoroutine[rt.Void](f)
}

func (f *echoFrame) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	for {
		if f.writing {
			_, err, ready := f.write.Poll(t)
			if !ready {
				return rt.Void{}, nil, false
			}
			if err != nil {
				f.conn.Close()
				return rt.Void{}, err, true
			}
			f.writing = false
			f.read = f.conn.Read(f.buf)
		}
		n, err, ready := f.read.Poll(t)
		if !ready {
			return rt.Void{}, nil, false
		}
		if err != nil {
			f.conn.Close()
			return rt.Void{}, err, true
		}
		f.writing = true
		f.write = f.conn.Write(f.buf[:n])
	}
}

// A serveFrame is a plain accept loop written by hand. It spawns a handler for each connection
// and returns on error.
type serveFrame struct {
	listener *netio.Listener
	handler  func(*netio.Conn) rt.Coroutine[rt.Void]
	accept   netio.AcceptOp
	waiting  bool
}

func serve(l *netio.Listener, handler func(*netio.Conn) rt.Coroutine[rt.Void]) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine[rt.Void](&serveFrame{listener: l, handler: handler})
}

func (f *serveFrame) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	for {
		if !f.waiting {
			f.accept = f.listener.Accept()
		}
		conn, err, ready := f.accept.Poll(t)
		f.waiting = !ready
		if !ready {
			return rt.Void{}, nil, false
		}
		if err != nil {
			f.listener.Close()
			return rt.Void{}, err, true
		}
		rt.Spawn(t, f.handler(conn))
	}
}

// A server is a loop on a goroutine of its own that accepts connections on the loopback
// interface.
type server struct {
	*testing.T
	loop     *rt.Loop
	listener *netio.Listener
	reports  chan error // errors passed to the handler of the loop
}

// startServer runs handler for each connection until the test ends. It then checks that no
// descriptor and no goroutine is left.
func startServer(t *testing.T, handler func(*netio.Conn) rt.Coroutine[rt.Void]) *server {
	t.Helper()
	checkLeaks(t)
	s := &server{T: t, reports: make(chan error, 100)}
	var err error
	s.listener, err = netio.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.loop, err = rt.NewLoop(testbed.Real(t, rt.WithHandler(func(err error) { s.reports <- err }))...)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 2)
	go func() {
		_, err := rt.RunUntilComplete(s.loop, serve(s.listener, handler))
		ended <- err
		ended <- s.loop.Close()
	}()
	t.Cleanup(func() {
		s.do(func() { s.listener.Close() })
		if err := <-ended; !errors.Is(err, net.ErrClosed) {
			t.Errorf("the server ended with: %v", err)
		}
		if err := <-ended; err != nil {
			t.Errorf("the loop closed with: %v", err)
		}
	})
	return s
}

// do calls fn on the loop of the server and waits for it.
func (s *server) do(fn func()) {
	s.Helper()
	done := make(chan bool)
	if err := s.loop.CallSoonThreadsafe(func() { fn(); close(done) }); err != nil {
		s.Fatal(err)
	}
	<-done
}

// dial connects to the server, with package net.
func (s *server) dial() *net.TCPConn {
	s.Helper()
	conn, err := net.Dial("tcp", s.listener.Addr().String())
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { conn.Close() })
	return conn.(*net.TCPConn)
}

// echoes checks that what is written to conn comes back.
func echoes(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	if _, err := conn.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	wantRead(t, conn, text)
}
