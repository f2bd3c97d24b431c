package streams_test

// This file tests how a server ends, and that nothing outlives it.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// clients is a listener that accepts n connections, each of which says hello and then waits.
// After that the listener waits, too.
type clients struct {
	left   int
	conns  []*rttest.Conn
	closed bool
	ready  rt.Readiness
	fail   error // returned instead of waiting
}

func (c *clients) Attach(_ *rt.Loop, r rt.Readiness) error { c.ready = r; return nil }
func (c *clients) Addr() net.Addr                          { return nil }
func (c *clients) Close() error                            { c.closed = true; return nil }
func (c *clients) Accept() (*netio.Conn, error) {
	if c.left == 0 {
		if c.fail != nil {
			return nil, c.fail
		}
		return nil, netio.ErrWouldBlock
	}
	c.left--
	conn := rttest.NewConn(nil, rttest.Peer{Sends: []string{"hello\n"}, Idle: true})
	c.conns = append(c.conns, conn)
	return conn.Conn, nil
}

func (c *clients) check(t *testing.T, n int) {
	t.Helper()
	if len(c.conns) != n || !c.closed {
		t.Errorf("%d connections, listener closed: %v", len(c.conns), c.closed)
	}
	for _, conn := range c.conns {
		if !conn.Closed() {
			t.Error("a connection is open")
		}
	}
}

// handler returns a handler that answers lines and appends its error to ends.
func handler(ends *[]error) func(*netio.Conn) rt.Coroutine[rt.Void] {
	return func(conn *netio.Conn) rt.Coroutine[rt.Void] {
		return do(func() error {
			s := streams.New(conn)
			for {
				line, err := await(s.ReadLine())
				if err != nil {
					*ends = append(*ends, err)
					return nil
				}
				fmt.Fprintf(s, "%s", line)
			}
		})
	}
}

func TestServerEnds(t *testing.T) {
	const n = 5
	for _, test := range []struct {
		name  string
		how   func(s *streams.Server, serve *rt.TaskOf[rt.Void])
		fail  error
		serve error // error of Serve
		ends  error // error of the handlers
	}{
		{"close, then the clients", func(s *streams.Server, _ *rt.TaskOf[rt.Void]) { s.Close(); s.CloseClients() }, nil, nil, net.ErrClosed},
		{"close, then cancel", func(s *streams.Server, _ *rt.TaskOf[rt.Void]) { s.Close(); s.CancelClients(io.ErrNoProgress) }, nil, nil, io.ErrNoProgress},
		{"cancel", func(_ *streams.Server, serve *rt.TaskOf[rt.Void]) { serve.Cancel(nil) }, nil, context.Canceled, context.Canceled},
		{"close, then cancel all", func(s *streams.Server, serve *rt.TaskOf[rt.Void]) { s.Close(); yields(3); serve.Cancel(nil) }, nil, context.Canceled, context.Canceled},
		{"failure", func(*streams.Server, *rt.TaskOf[rt.Void]) {}, syscall.EINVAL, syscall.EINVAL, context.Canceled},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := &clients{left: n, fail: test.fail}
			var ends []error
			run(t, func() error {
				s := streams.NewServer(netio.NewListener(c), handler(&ends))
				serve := rt.Spawn(rt.Current(), s.Serve())
				yields(10)
				if test.fail == nil && s.Clients() != n {
					t.Errorf("%d clients are served", s.Clients())
				}
				test.how(s, serve)
				if err := wait(serve); !errors.Is(err, test.serve) {
					t.Errorf("Serve ended with %v, want %v", err, test.serve)
				}
				if s.Clients() != 0 {
					t.Errorf("%d clients are left", s.Clients())
				}
				return nil
			})
			c.check(t, n)
			if len(ends) != n {
				t.Fatalf("%d handlers have ended", len(ends))
			}
			for _, err := range ends {
				if !errors.Is(err, test.ends) {
					t.Errorf("a handler ended with %v, want %v", err, test.ends)
				}
			}
		})
	}
}

func TestServerWaitsForClients(t *testing.T) {
	c := &clients{left: 1}
	var ends []error
	run(t, func() error {
		s := streams.NewServer(netio.NewListener(c), handler(&ends))
		serve := rt.Spawn(rt.Current(), s.Serve())
		yields(5)
		if err := errors.Join(s.Close(), s.Close()); err != nil {
			t.Error(err)
		}
		yields(10)
		if serve.Done() || s.Clients() != 1 {
			t.Error("Serve has not waited for a client")
		}
		s.CloseClients()
		return wait(serve)
	})
	c.check(t, 1)
}

// Clients are closed although data for them is stuck, and they learn that data is missing.
func TestCloseClientsThatDoNotRead(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 10)
	run(t, func() error {
		var end error
		s := streams.NewServer(rttest.NewListener(nil, "l", a, syscall.EINVAL), func(conn *netio.Conn) rt.Coroutine[rt.Void] {
			return do(func() error {
				w := streams.NewWriter(conn)
				w.Write(make([]byte, 1000))
				end = wait(w.Flush())
				return nil
			})
		})
		serve := rt.Spawn(rt.Current(), s.Serve())
		testbed.Settle()
		s.CloseClients()
		if err := wait(serve); !errors.Is(err, syscall.EINVAL) {
			t.Errorf("Serve ended with %v", err)
		}
		if !errors.Is(end, net.ErrClosed) && !errors.Is(end, context.Canceled) {
			t.Errorf("the handler ended with %v", end)
		}
		if got, err := await(streams.NewReader(b).ReadAll()); len(got) > 10 || !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("the client got %d bytes, %v", len(got), err)
		}
		return b.Close()
	})
}

// The server ends its clients in the order in which they came. In a random order, a run could
// not be repeated with its seed.
func TestServerEndsInOrder(t *testing.T) {
	for name, end := range map[string]func(*streams.Server){
		"close":  (*streams.Server).CloseClients,
		"cancel": func(s *streams.Server) { s.CancelClients(nil) },
	} {
		t.Run(name, func(t *testing.T) {
			const n = 20
			var ended []int
			came := 0
			server := streams.NewServer(netio.NewListener(&clients{left: n}), func(conn *netio.Conn) rt.Coroutine[rt.Void] {
				number := came
				came++
				return do(func() error {
					for {
						if err := wait(conn.Read(make([]byte, 10))); err != nil {
							ended = append(ended, number)
							return nil
						}
					}
				})
			})
			_, err := rt.RunUntilComplete(testbed.FIFO(t), do(func() error {
				serving := testbed.Start(func() error { return wait(server.Serve()) })
				end(server)
				server.Close()
				return wait(serving)
			}))
			if err != nil || len(ended) != n || !slices.IsSorted(ended) {
				t.Errorf("%v, in the order %v", err, ended)
			}
		})
	}
}
