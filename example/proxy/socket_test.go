package main

// This file tests both forms of the proxy among real sockets.

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"testing"

	"github.com/coroutinegen/coroutinegen/example/proxy/byhand"
	"github.com/coroutinegen/coroutinegen/example/threeway"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A serveFunc is serve as a coroutine.
type serveFunc = func(l *netio.Listener, to string) rt.Coroutine[rt.Void]

// proxies runs test with either form of the proxy; proxy starts one and
// returns its address.
func proxies(t *testing.T, test func(t *testing.T, proxy func(to string) string)) {
	log.SetOutput(io.Discard)
	defer log.SetOutput(os.Stderr)
	for name, serve := range map[string]serveFunc{"this package": serveAsync, "by hand": byhand.Serve} {
		t.Run(name, func(t *testing.T) {
			test(t, func(to string) string {
				return threeway.Serve(t, func(l *netio.Listener) rt.Coroutine[rt.Void] { return serve(l, to) })
			})
		})
	}
}

// listen starts a server on goroutines and returns its address.
func listen(t *testing.T, handle func(*net.TCPConn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	t.Cleanup(func() {
		l.Close()
		group.Wait()
	})
	group.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			group.Go(func() {
				defer conn.Close()
				handle(conn.(*net.TCPConn))
			})
		}
	})
	return l.Addr().String()
}

func dial(t *testing.T, addr string) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.(*net.TCPConn)
}

// The server answers when it has heard everything: the client has ended its
// half of the conversation by then.
func TestHalfClose(t *testing.T) {
	proxies(t, func(t *testing.T, proxy func(string) string) {
		addr := proxy(listen(t, func(conn *net.TCPConn) {
			all, err := io.ReadAll(conn)
			fmt.Fprintf(conn, "you said %q, %v", all, err)
		}))
		conn := dial(t, addr)
		io.WriteString(conn, "hello")
		conn.CloseWrite()
		if got, err := io.ReadAll(conn); string(got) != `you said "hello", <nil>` || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

// Many clients, each with more to say, in both directions at once, than all
// the buffers in between can hold.
func TestManyAtOnce(t *testing.T) {
	const clients, size = 50, 1 << 20
	seed := rttest.Seed(t)
	proxies(t, func(t *testing.T, proxy func(string) string) {
		addr := proxy(listen(t, func(conn *net.TCPConn) { io.Copy(conn, conn) }))
		var group sync.WaitGroup
		for i := range clients {
			conn := dial(t, addr)
			group.Go(func() {
				sent := make([]byte, size)
				rand.NewChaCha8([32]byte{byte(seed), byte(i)}).Read(sent)
				group.Go(func() {
					if _, err := conn.Write(sent); err != nil {
						t.Error(err)
					}
					conn.CloseWrite()
				})
				if got, err := io.ReadAll(conn); !bytes.Equal(got, sent) || err != nil {
					t.Errorf("%d bytes of %d came back, or others; %v", len(got), size, err)
				}
			})
		}
		group.Wait()
	})
}

// A server that resets, one that is not there, and a client that resets: the
// other side is told, and the next client is served.
func TestTrouble(t *testing.T) {
	proxies(t, func(t *testing.T, proxy func(string) string) {
		heard := make(chan error, 1)
		addr := proxy(listen(t, func(conn *net.TCPConn) {
			var b [1]byte
			io.ReadFull(conn, b[:])
			switch b[0] {
			case 'r':
				conn.SetLinger(0) // Close resets
			case 'w':
				_, err := io.Copy(io.Discard, conn)
				heard <- err
			case 'e':
				conn.Write(b[:])
			}
		}))

		conn := dial(t, addr)
		io.WriteString(conn, "r")
		if got, _ := io.ReadAll(conn); len(got) > 0 {
			t.Errorf("after a reset, got %q", got)
		}

		conn = dial(t, addr)
		io.WriteString(conn, "w")
		conn.SetLinger(0)
		conn.Close()
		<-heard

		conn = dial(t, addr)
		io.WriteString(conn, "e")
		if got, err := io.ReadAll(conn); string(got) != "e" || err != nil {
			t.Errorf("after the trouble: got %q, %v", got, err)
		}

		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		nobody := l.Addr().String()
		l.Close()
		conn = dial(t, proxy(nobody))
		if got, _ := io.ReadAll(conn); len(got) > 0 {
			t.Errorf("connected with nobody, got %q", got)
		}
	})
}
