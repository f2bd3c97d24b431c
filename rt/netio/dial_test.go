//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio_test

// This file tests Dial against real sockets, and compares with net.Dial.

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
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
		conn, err := testbed.RunReal(t, netio.Dial(test.network, test.addr))
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
		_, got := testbed.RunReal(t, netio.Dial(test.network, test.addr))
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
	if _, err := testbed.RunReal(t, netio.Dial("tcp", nobody)); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("dial where nobody listens: %v", err)
	}
}

// Dial tries the addresses of a name one after another.
func TestDialTriesEachAddress(t *testing.T) {
	checkLeaks(t)
	l, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Skip("this system has no IPv6:", err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	conn, err := testbed.RunReal(t, netio.Dial("tcp", "localhost:"+port))
	if err != nil {
		t.Fatal(err)
	}
	if got := conn.RemoteAddr().String(); got != l.Addr().String() {
		t.Errorf("connected to %s", got)
	}
	conn.Close()
	l.Close()
	_, err = testbed.RunReal(t, netio.Dial("tcp", "localhost:"+port))
	if !errors.Is(err, syscall.ECONNREFUSED) || !strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("the error is %v, want that of the first address", err)
	}
}

// The first address does not answer, so Dial tries the second one beside it. This test waits
// for the real clock, a quarter of a second.
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
		var conns []*netio.Conn
		defer func() {
			for _, conn := range conns {
				conn.Close()
			}
		}()
		for range 10 { // the first connections are in the queue
			conn, err := await(netio.Dial("tcp", addr))
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

// A dial can be cancelled while the name is looked up, during the first attempt, and while
// there are two attempts.
func TestCancelledDial(t *testing.T) {
	cancelled := func(t *testing.T, attempt *rt.TaskOf[*netio.Conn]) {
		t.Helper()
		attempt.Cancel(nil)
		if _, err := await(attempt); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled dial: %v", err)
		}
		l := rt.Current().Loop()
		if timers, threads := l.Timers(), l.Threads(); timers > 0 || threads > 0 {
			t.Errorf("%d timers and %d threads are left", timers, threads)
		}
	}
	t.Run("lookup", func(t *testing.T) {
		checkLeaks(t)
		usual := net.DefaultResolver
		t.Cleanup(func() { net.DefaultResolver = usual })
		var mu sync.Mutex
		var servers []net.Conn // servers that do not answer
		over := false          // package net may try again afterwards
		asked := func() bool { mu.Lock(); defer mu.Unlock(); return len(servers) > 0 }
		net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
			mu.Lock()
			defer mu.Unlock()
			if over {
				return nil, net.ErrClosed
			}
			client, server := net.Pipe()
			servers = append(servers, server)
			return client, nil
		}}
		if _, err := testbed.RunReal(t, async(func() error {
			attempt := rt.Spawn(rt.Current(), netio.Dial("tcp", "echo.test:80"))
			for !asked() {
				await(rt.Yield())
			}
			cancelled(t, attempt)
			return nil
		})); err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		over = true
		for _, server := range servers {
			server.Close()
		}
	})
	t.Run("attempt", func(t *testing.T) {
		checkLeaks(t)
		f, addr := shortQueue(t, 0)
		defer f.Close()
		if _, err := testbed.RunReal(t, async(func() error {
			conns, attempt, err := dialUntilFull(addr)
			defer closeAll(conns)
			if attempt != nil {
				cancelled(t, attempt)
			}
			return err
		})); err != nil {
			t.Error(err)
		}
	})
	t.Run("two attempts", func(t *testing.T) { // waits a quarter of a second
		checkLeaks(t)
		f, addr := shortQueue(t, 0)
		defer f.Close()
		_, port, _ := net.SplitHostPort(addr)
		fd, err := syscall.Socket(syscall.AF_INET6, syscall.SOCK_STREAM, 0)
		if err != nil {
			t.Skip("this system has no IPv6:", err)
		}
		defer syscall.Close(fd)
		n, _ := strconv.Atoi(port)
		if err := syscall.Bind(fd, &syscall.SockaddrInet6{Addr: [16]byte{15: 1}, Port: n}); err != nil {
			t.Skip("the port is taken on IPv6:", err)
		}
		if err := syscall.Listen(fd, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := testbed.RunReal(t, async(func() error {
			for _, host := range []string{"127.0.0.1", "::1"} {
				conns, attempt, err := dialUntilFull(net.JoinHostPort(host, port))
				defer closeAll(conns)
				if attempt == nil || err != nil {
					return err
				}
				attempt.Cancel(nil)
				await(attempt)
			}
			attempt := rt.Spawn(rt.Current(), netio.Dial("tcp", "localhost:"+port))
			l := rt.Current().Loop()
			for l.Timers() == 0 { // the first attempt is in progress
				await(rt.Yield())
			}
			for l.Timers() > 0 { // the second attempt is in progress, too
				await(rt.Yield())
			}
			cancelled(t, attempt)
			return nil
		})); err != nil {
			t.Error(err)
		}
	})
}

// dialUntilFull connects until the queue of the listener is full. attempt is the connection
// that waits, or nil if this system never lets one wait.
func dialUntilFull(addr string) (conns []*netio.Conn, attempt *rt.TaskOf[*netio.Conn], err error) {
	for range 10 {
		attempt = rt.Spawn(rt.Current(), netio.Dial("tcp", addr))
		for range 100 {
			await(rt.Yield())
		}
		if !attempt.Done() {
			return conns, attempt, nil
		}
		conn, err := await(attempt)
		if err != nil {
			return conns, nil, err
		}
		conns = append(conns, conn)
	}
	return conns, nil, nil
}

func closeAll(conns []*netio.Conn) {
	for _, conn := range conns {
		conn.Close()
	}
}

// fakeDNS makes echo.test resolve to 127.0.0.1, and all other names fail, until the end of the
// test.
func fakeDNS(t *testing.T) {
	usual := net.DefaultResolver
	t.Cleanup(func() { net.DefaultResolver = usual })
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go answerDNS(server)
		return client, nil
	}}
}

// answerDNS answers questions in the form that they have on a stream. That is two bytes of
// length, then a header of twelve bytes, the last eight of which are counts, and a question.
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
		answer[2], answer[3] = 0x81, 0x80 // a response without an error
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
