//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package streams_test

// This file tests over sockets what server_end_test.go tests over pipes in memory.

import (
	"errors"
	"io"
	"net"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// A response that is larger than the buffers of the system arrives, or the client reads that
// the connection was reset.
func TestResponseOverSockets(t *testing.T) {
	const size = 8 << 20
	for _, network := range []string{"tcp", "unix"} {
		for _, breakOff := range []bool{false, true} {
			testbed.Clean(t)
			addr := "127.0.0.1:0"
			if network == "unix" {
				addr = filepath.Join(t.TempDir(), "socket")
			}
			l, err := netio.Listen(network, addr)
			if err != nil {
				t.Fatal(err)
			}
			addr = l.Addr().String()
			_, err = testbed.RunReal(t, do(func() error {
				handled := rt.NewFuture[rt.Void]()
				server := streams.NewServer(l, func(conn *netio.Conn) rt.Coroutine[rt.Void] {
					return do(func() error {
						s := streams.New(conn)
						defer s.Close()
						if err := wait(s.ReadLine()); err != nil {
							return err
						}
						handled.Set(rt.Void{})
						_, err := s.Write(make([]byte, size))
						return err
					})
				})
				serve := rt.Spawn(rt.Current(), server.Serve())
				reading := make(chan bool)
				client := rt.Spawn(rt.Current(), rt.ToThread(func() (int, error) {
					conn, err := net.Dial(network, addr)
					if err != nil {
						return 0, err
					}
					defer conn.Close()
					io.WriteString(conn, "hello\n")
					<-reading
					p, err := io.ReadAll(conn)
					return len(p), err
				}))
				if err := wait(handled); err != nil {
					return err
				}
				yields(20)
				if server.Clients() != 1 {
					t.Errorf("%d clients", server.Clients())
				}
				if breakOff {
					server.CloseClients()
				}
				close(reading)
				n, err := await(client)
				switch {
				case !breakOff && (n != size || err != nil):
					t.Errorf("%s: the client got %d bytes, %v", network, n, err)
				case breakOff && n >= size:
					t.Errorf("%s: there was nothing to break off", network)
				case breakOff && network == "tcp" && !errors.Is(err, syscall.ECONNRESET):
					t.Errorf("the client got %d bytes and %v, want a reset", n, err)
				}
				server.Close()
				return wait(serve)
			}))
			if err != nil {
				t.Error(err)
			}
		}
	}
}
