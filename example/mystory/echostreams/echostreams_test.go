//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The log of the page's server in Python 3.11.7 for this client, but for the record of asyncio
// itself ("Using selector"), and the b of its bytes.
func TestLog(t *testing.T) {
	l, err := netio.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	var out strings.Builder // written by the goroutine of the loop alone
	var client string
	program := func(loop *rt.Loop) rt.Expr[rt.Void] {
		server := rt.Start(loop, serveAsync(&out, l))
		done := rt.Go(func() (local string, err error) { return talk(l.Addr().String(), "hello", "world") })
		done.OnDone(func(f *rt.Future[string]) {
			loop.CallSoonThreadsafe(func() {
				client, err, _ = f.Result()
				server.Cancel(nil) // Ctrl-C
			})
		})
		return server
	}
	loop, err := rt.NewLoop()
	if err != nil {
		t.Fatal(err)
	}
	defer loop.Close()
	if _, err := rt.RunUntilComplete(loop, program(loop)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err != nil {
		t.Error(err)
	}
	want := fmt.Sprintf(`main: starting up on 127.0.0.1 port %s
CLIENT: connection accepted
CLIENT: received "hello"
CLIENT: sent "hello"
CLIENT: received "world"
CLIENT: sent "world"
CLIENT: closing
main: closing server
main: closing event loop
`, port)
	host, port, _ := net.SplitHostPort(client)
	if want = strings.ReplaceAll(want, "CLIENT", "echo_"+host+"_"+port); out.String() != want {
		t.Errorf("got\n%swant\n%s", &out, want)
	}
}

// talk sends the messages, waits for the answer to each, closes, and waits until the server has
// closed, too. It returns the address of its own end.
func talk(addr string, messages ...string) (local string, err error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	buf := make([]byte, 100)
	for _, m := range messages {
		if _, err := conn.Write([]byte(m)); err != nil {
			return "", err
		}
		if n, err := conn.Read(buf); string(buf[:n]) != m {
			return "", fmt.Errorf("answer %q, %v to %q", buf[:n], err, m)
		}
	}
	conn.(*net.TCPConn).CloseWrite()
	conn.Read(buf)
	return conn.LocalAddr().String(), nil
}
