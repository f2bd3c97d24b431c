package tlsconn_test

// This file tests that a server closes the connections that its handlers have encrypted.

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	"github.com/coroutinegen/coroutinegen/rt/streams"
	"github.com/coroutinegen/coroutinegen/rt/tlsconn"
)

const secret = "a secret. "

var atServer = map[string]struct {
	handler func(t *testing.T, conn *tlsconn.Conn) error
	end     func(server *streams.Server, serve *rt.TaskOf[rt.Void]) // called once the handler waits or has returned
	want    string                                                  // what the client reads before the end
	fails   error                                                   // error at the end
	serve   error                                                   // error of Serve
}{
	"forgotten": {
		handler: func(*testing.T, *tlsconn.Conn) error { return nil },
	},
	"forgotten with something to send": {
		handler: func(_ *testing.T, conn *tlsconn.Conn) error {
			_, err := streams.New(conn).WriteString(strings.Repeat(secret, 1000))
			return err
		},
		want: strings.Repeat(secret, 1000),
	},
	"closed with something to send": {
		handler: func(_ *testing.T, conn *tlsconn.Conn) error {
			s := streams.New(conn)
			defer s.Close()
			_, err := s.WriteString(strings.Repeat(secret, 1000))
			return err
		},
		want: strings.Repeat(secret, 1000),
	},
	"cancelled with something to send": {
		handler: func(_ *testing.T, conn *tlsconn.Conn) error {
			_, err := streams.New(conn).WriteString(strings.Repeat(secret, 1000))
			return err
		},
		end:   func(_ *streams.Server, serve *rt.TaskOf[rt.Void]) { serve.Cancel(io.ErrNoProgress) },
		want:  strings.Repeat(secret, 1000),
		serve: io.ErrNoProgress,
	},
	"close clients that read": {
		handler: func(t *testing.T, conn *tlsconn.Conn) error {
			if err := wait(conn.Read(make([]byte, 10))); !errors.Is(err, net.ErrClosed) {
				t.Errorf("the handler read %v", err)
			}
			return nil
		},
		end: func(server *streams.Server, _ *rt.TaskOf[rt.Void]) { server.CloseClients() },
	},
	"close clients that write": {
		handler: func(t *testing.T, conn *tlsconn.Conn) error {
			if err := wait(conn.Write(make([]byte, 10_000))); !errors.Is(err, net.ErrClosed) {
				t.Errorf("the handler wrote %v", err)
			}
			return nil
		},
		end:   func(server *streams.Server, _ *rt.TaskOf[rt.Void]) { server.CloseClients() },
		fails: syscall.ECONNRESET,
	},
	"close clients that have something to send": {
		handler: func(_ *testing.T, conn *tlsconn.Conn) error {
			streams.New(conn).WriteString(strings.Repeat(secret, 1000))
			return nil
		},
		end:   func(server *streams.Server, _ *rt.TaskOf[rt.Void]) { server.CloseClients() },
		fails: syscall.ECONNRESET,
	},
	"close clients that say goodbye": {
		handler: sayGoodbye,
		end:     func(server *streams.Server, _ *rt.TaskOf[rt.Void]) { server.CloseClients() },
		fails:   syscall.ECONNRESET,
	},
	"goodbye": {
		handler: sayGoodbye,
		end:     func(*streams.Server, *rt.TaskOf[rt.Void]) { wait(rt.Sleep(time.Minute)) },
		fails:   syscall.ECONNRESET,
	},
	"twice encrypted": {
		handler: func(t *testing.T, conn *tlsconn.Conn) error {
			_, clientConfig := configs()
			return wait(tlsconn.Client(conn, clientConfig)) // hangs, because the other side does not answer
		},
		end: func(server *streams.Server, _ *rt.TaskOf[rt.Void]) { server.CloseClients() },
	},
}

// sayGoodbye fills the connection, so that the goodbye does not fit, and then closes it.
func sayGoodbye(_ *testing.T, conn *tlsconn.Conn) error {
	for wait(rt.Timeout(time.Millisecond, conn.Write([]byte(secret)))) == nil {
	}
	return conn.Close()
}

func TestServerClosesWhatIsEncrypted(t *testing.T) {
	for name, test := range atServer {
		t.Run(name, func(t *testing.T) {
			a, b := rttest.NewPipe(nil, "a", "b", 3000)
			serverConfig, clientConfig := configs()
			run(t, func() error {
				rt.Current().Loop().SetHandler(func(error) {})
				server := streams.NewServer(netio.NewListener(&testbed.Accepts{a}), func(conn *netio.Conn) rt.Coroutine[rt.Void] {
					return do(func() error {
						conn, err := await(tlsconn.Server(conn, serverConfig))
						if err != nil {
							return err
						}
						return test.handler(t, conn)
					})
				})
				serve := testbed.Start(func() error { return wait(server.Serve()) })
				client, err := await(tlsconn.Client(b, clientConfig))
				if err != nil {
					return err
				}
				if err := wait(rt.Sleep(time.Second)); err != nil {
					return err
				}
				server.Close()
				begun := rt.Current().Loop().Time()
				if test.end != nil {
					test.end(server, serve)
					yields(2)
				}
				r := streams.NewReader(client)
				if test.fails != nil {
					if err := wait(serve); !errors.Is(err, test.serve) {
						t.Errorf("Serve ended with %v", err)
					}
				}
				got, err := await(r.ReadAll())
				if !errors.Is(err, test.fails) || err == nil && string(got) != test.want && name != "twice encrypted" {
					t.Errorf("the client got %d bytes, %v; want %d, %v", len(got), err, len(test.want), test.fails)
				}
				if err := wait(serve); !errors.Is(err, test.serve) {
					t.Errorf("Serve ended with %v", err)
				}
				if took := rt.Current().Loop().Time() - begun; took > 0 && name != "goodbye" {
					t.Errorf("that took %v", took)
				}
				if server.Clients() > 0 {
					t.Errorf("%d clients are left", server.Clients())
				}
				return client.Close()
			})
		})
	}
}

// A TLS client of package crypto/tls learns over a socket that the server has closed the
// connection, whether the handler or the server does it.
func TestServerClosesGoClient(t *testing.T) {
	for _, forget := range []bool{false, true} {
		testbed.Clean(t)
		serverConfig, clientConfig := configs()
		l, err := netio.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		addr := l.Addr().String()
		_, err = testbed.RunReal(t, do(func() error {
			waiting := rt.NewFuture[rt.Void]()
			server := streams.NewServer(l, func(conn *netio.Conn) rt.Coroutine[rt.Void] {
				return do(func() error {
					conn, err := await(tlsconn.Server(conn, serverConfig))
					if err != nil {
						return err
					}
					waiting.Set(rt.Void{})
					if forget {
						return nil
					}
					return wait(conn.Read(make([]byte, 1)))
				})
			})
			serve := rt.Spawn(rt.Current(), server.Serve())
			client := rt.Spawn(rt.Current(), rt.ToThread(func() ([]byte, error) {
				conn, err := tls.Dial("tcp", addr, clientConfig)
				if err != nil {
					return nil, err
				}
				defer conn.Close()
				return io.ReadAll(conn)
			}))
			if err := wait(waiting); err != nil {
				return err
			}
			if !forget {
				yields(3)
				server.CloseClients()
			}
			if got, err := await(client); len(got) > 0 || err != nil {
				t.Errorf("the client read %q, %v", got, err)
			}
			server.Close()
			return wait(serve)
		}))
		if err != nil {
			t.Error(err)
		}
	}
}

// The garbage collector closes an encrypted connection that nobody closes, while the loop goes
// on.
func TestUnclosed(t *testing.T) {
	testbed.Clean(t)
	serverConfig, clientConfig := configs()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ended := make(chan error, 1)
	go func() {
		conn, err := l.Accept()
		if err == nil {
			defer conn.Close()
			_, err = io.ReadAll(tls.Server(conn, serverConfig))
		}
		ended <- err
	}()
	_, err = testbed.RunReal(t, do(func() error {
		err := wait(rt.Spawn(rt.Current(), do(func() error {
			conn, err := await(tlsconn.Dial("tcp", l.Addr().String(), clientConfig))
			if err != nil {
				return err
			}
			return wait(conn.Write([]byte(secret)))
		})))
		for err == nil && len(ended) == 0 {
			runtime.GC()
			yields(1)
		}
		return err
	}))
	if err := errors.Join(err, <-ended); err != nil {
		t.Error(err)
	}
}
