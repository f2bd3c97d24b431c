//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rt_test

// This file tests Dial against real sockets, and against net.Dial.

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

func TestDial(t *testing.T) {
	checkLeaks(t)
	fakeDNS(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	for _, test := range []struct{ network, addr string }{
		{"tcp", "127.0.0.1:" + port},
		{"tcp4", "127.0.0.1:" + port},
		{"tcp", "localhost:" + port}, // nobody listens on ::1
		{"tcp", ":" + port},
		{"tcp", "[::ffff:127.0.0.1]:" + port},
		{"tcp", "echo.test:" + port},
		{"tcp4", "echo.test:" + port},
	} {
		conn, err := testbed.RunReal(t, rt.Dial(test.network, test.addr))
		if err != nil {
			t.Errorf("Dial(%q, %q): %v", test.network, test.addr, err)
			continue
		}
		peer, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := conn.LocalAddr().String(), peer.RemoteAddr().String(); got != want {
			t.Errorf("Dial(%q, %q): LocalAddr %s, want %s", test.network, test.addr, got, want)
		}
		if got, want := conn.RemoteAddr().String(), peer.LocalAddr().String(); got != want {
			t.Errorf("Dial(%q, %q): RemoteAddr %s, want %s", test.network, test.addr, got, want)
		}
		if _, err := testbed.RunReal(t, conn.Write([]byte("hello"))); err != nil {
			t.Error(err)
		}
		wantRead(t, peer, "hello")
		peer.Close()
		conn.Close()
	}
}

func TestDialErrorsAreThoseOfPackageNet(t *testing.T) {
	checkLeaks(t)
	fakeDNS(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := l.Addr().String()
	l.Close()
	for _, test := range []struct{ network, addr string }{
		{"tcp", nobody},
		{"tcp9", nobody},
		{"tcp", "127.0.0.1"},
		{"tcp", "127.0.0.1:99999"},
		{"tcp", "127.0.0.1:no-such-service"},
		{"tcp6", "127.0.0.1:80"},
		{"tcp", "unknown.test:80"},
		{"tcp6", "echo.test:80"},
	} {
		_, got := testbed.RunReal(t, rt.Dial(test.network, test.addr))
		_, want := net.Dial(test.network, test.addr)
		if got == nil || want == nil {
			t.Errorf("Dial(%q, %q) = %v, package net has %v", test.network, test.addr, got, want)
			continue
		}
		var operr *net.OpError
		if !errors.As(got, &operr) || operr.Op != "dial" {
			t.Errorf("Dial(%q, %q): %#v, want a *net.OpError", test.network, test.addr, got)
		}
		if got.Error() != want.Error() {
			t.Errorf("Dial(%q, %q): %v\npackage net: %v", test.network, test.addr, got, want)
		}
	}
	if _, err := testbed.RunReal(t, rt.Dial("tcp", nobody)); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("dial where nobody listens: %v", err)
	}
}

// The addresses of a name are tried one after the other.
func TestDialTriesEachAddress(t *testing.T) {
	checkLeaks(t)
	l, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Skip("this system has no IPv6:", err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	conn, err := testbed.RunReal(t, rt.Dial("tcp", "localhost:"+port))
	if err != nil {
		t.Fatal(err)
	}
	if got := conn.RemoteAddr().String(); got != l.Addr().String() {
		t.Errorf("connected to %s", got)
	}
	conn.Close()
	l.Close()
	_, err = testbed.RunReal(t, rt.Dial("tcp", "localhost:"+port))
	if !errors.Is(err, syscall.ECONNREFUSED) || !strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("the error is %v, want that of the first address", err)
	}
}

// The first address does not answer: the second one is tried beside it. This one
// waits for the real clock, a quarter of a second.
func TestHappyEyeballs(t *testing.T) {
	checkLeaks(t)
	l, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Skip("this system has no IPv6:", err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}, Port: port}); err != nil {
		t.Skip("the port is taken on IPv4:", err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	addr := fmt.Sprintf("localhost:%d", port) // 127.0.0.1, then ::1
	_, err = testbed.RunReal(t, async(func() error {
		var conns []*rt.Conn
		defer func() {
			for _, conn := range conns {
				conn.Close()
			}
		}()
		for range 10 { // those that the queue takes come first
			conn, err := await(rt.Dial("tcp", addr))
			if err != nil {
				return err
			}
			conns = append(conns, conn)
			if conn.RemoteAddr().String() == l.Addr().String() {
				if n := rt.Current().Loop().Timers(); n != 0 {
					t.Errorf("%d timers are left", n)
				}
				return nil
			}
		}
		t.Skip("this system connects however full the backlog is")
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// A full backlog leaves the next attempt waiting.
func TestCancelledDial(t *testing.T) {
	checkLeaks(t)
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	at, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	addr := net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: at.(*syscall.SockaddrInet4).Port}
	_, err = testbed.RunReal(t, async(func() error {
		scope := rt.Current().OpenScope()
		defer scope.Close()
		var conns []*rt.Conn
		defer func() {
			for _, conn := range conns {
				conn.Close()
			}
		}()
		for range 10 {
			attempt := rt.Spawn(rt.Current(), rt.Dial("tcp", addr.String()))
			for range 100 {
				await(rt.Yield())
			}
			if attempt.Done() {
				if conn, err := await(attempt); err != nil {
					return err
				} else {
					conns = append(conns, conn)
				}
				continue
			}
			attempt.Cancel(nil)
			if _, err := await(attempt); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled dial: %v", err)
			}
			return nil
		}
		t.Skip("this system connects however full the backlog is")
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// fakeDNS makes echo.test resolve to 127.0.0.1, and no other name to anything,
// until the end of the test.
func fakeDNS(t *testing.T) {
	usual := net.DefaultResolver
	t.Cleanup(func() { net.DefaultResolver = usual })
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go answerDNS(server)
		return client, nil
	}}
}

// answerDNS answers questions in the form they have on a stream: two bytes of
// length, then a message of twelve bytes, the last eight of which count things,
// and a question.
func answerDNS(conn net.Conn) {
	defer conn.Close()
	for {
		var length [2]byte
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			return
		}
		question := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(conn, question); err != nil {
			return
		}
		name := []byte("\x04echo\x04test\x00")
		end := 12 + bytes.IndexByte(question[12:], 0) + 5
		asksForA := question[end-3] == 1
		answer := append([]byte{}, question[:end]...)
		answer[2], answer[3] = 0x81, 0x80 // a response, all is well
		copy(answer[6:], make([]byte, 6)) // no answers
		switch {
		case !bytes.HasPrefix(question[12:], name):
			answer[3] |= 3 // no such name
		case asksForA:
			answer[7] = 1
			answer = append(answer, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1)
		}
		conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...))
	}
}
