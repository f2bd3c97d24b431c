//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package streams_test

// This file tests what users of asyncio know from open_connection and start_server, on real
// sockets. It ports the cases of test_streams.py and test_server.py that the other files do not
// cover.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// networks returns the networks of streams, each with an address to listen on.
func networks(t *testing.T) map[string]string {
	t.Helper()
	dir, err := os.MkdirTemp("", "rt")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return map[string]string{"tcp": "127.0.0.1:0", "unix": filepath.Join(dir, "socket")}
}

// The test connects to a server, talks to it, closes it and waits for it.
func TestStreamServer(t *testing.T) {
	testbed.Clean(t)
	for network, addr := range networks(t) {
		l, err := netio.Listen(network, addr)
		if err != nil {
			t.Fatal(err)
		}
		_, err = testbed.RunReal(t, do(func() error {
			server := streams.NewServer(l, func(conn *netio.Conn) rt.Coroutine[rt.Void] {
				return do(func() error {
					s := streams.New(conn)
					defer s.Close()
					line, err := await(s.ReadLine())
					if err != nil {
						return err
					}
					fmt.Fprintf(s, "%s heard: %s", s.LocalAddr().Network(), line)
					return wait(s.Drain())
				})
			})
			serve := rt.Spawn(rt.Current(), server.Serve())
			for i := range 5 {
				s, err := await(streams.Dial(network, l.Addr().String()))
				if err != nil {
					return err
				}
				fmt.Fprintf(s, "message %d\n", i)
				got(await(s.ReadLine())).want(t, fmt.Sprintf("%s heard: message %d\n", network, i), nil)
				got(await(s.ReadAll())).want(t, "", nil)
				if s.RemoteAddr().String() != l.Addr().String() {
					t.Errorf("connected to %v", s.RemoteAddr())
				}
				s.Close()
				if err := wait(s.WaitClosed()); err != nil {
					return err
				}
			}
			server.Close()
			if err := wait(serve); err != nil {
				return err
			}
			if _, err := await(streams.Dial(network, l.Addr().String())); err == nil {
				t.Error("connected to a server that is closed")
			}
			return nil
		}))
		if err != nil {
			t.Errorf("%s: %v", network, err)
		}
	}
}

// The failure of a handler is reported. The cancellation of a handler is not.
func TestServerReportsFailures(t *testing.T) {
	testbed.Clean(t)
	bug := errors.New("bug in the handler")
	for name, test := range map[string]struct {
		handler func() error
		reports int
	}{
		"unhandled_exception": {func() error { return bug }, 1},
		"unhandled_cancel": {func() error {
			rt.Current().Cancel(nil)
			return wait(rt.Yield())
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var reports []error
			c := &clients{left: 1}
			l := testbed.NewLoop(t, rt.WithHandler(func(err error) { reports = append(reports, err) }))
			_, err := rt.RunUntilComplete(l, do(func() error {
				s := streams.NewServer(netio.NewListener(c), func(*netio.Conn) rt.Coroutine[rt.Void] { return do(test.handler) })
				serve := rt.Spawn(rt.Current(), s.Serve())
				yields(5)
				s.Close()
				return wait(serve)
			}))
			if err != nil {
				t.Error(err)
			}
			if err := l.Close(); err != nil {
				t.Error(err)
			}
			if len(reports) != test.reports || len(reports) > 0 && !errors.Is(reports[0], bug) {
				t.Errorf("reports: %v", reports)
			}
			c.check(t, 1)
		})
	}
}

func TestReadAllFromPipe(t *testing.T) {
	testbed.Clean(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := netio.FileConn(r)
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	w.WriteString("data")
	w.Close()
	_, err = testbed.RunReal(t, do(func() error {
		got(await(streams.NewReader(conn).ReadAll())).want(t, "data", nil)
		return conn.Close()
	}))
	if err != nil {
		t.Error(err)
	}
}

// A writer is closed although the peer has sent data that nobody reads.
func TestCloseWithUnreadData(t *testing.T) {
	testbed.Clean(t)
	ours, theirs := pair(t)
	defer theirs.Close()
	theirs.Write([]byte(strings.Repeat("unread ", 10_000)))
	_, err := testbed.RunReal(t, do(func() error {
		s := streams.New(ours)
		if err := wait(s.ReadExactly(6)); err != nil {
			return err
		}
		s.Close()
		if err := wait(s.WaitClosed()); err != nil {
			return err
		}
		if err := wait(s.ReadAll()); !errors.Is(err, net.ErrClosed) {
			t.Errorf("read from what we have closed: %v", err)
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// A read that waits fails with the connection. A read that was cancelled before is not
// affected.
func TestFailureWhileWaiting(t *testing.T) {
	testbed.Clean(t)
	for _, cancel := range []bool{false, true} {
		ours, theirs := pair(t)
		_, err := testbed.RunReal(t, do(func() error {
			s := streams.New(ours)
			read := rt.Spawn(rt.Current(), s.ReadLine())
			yields(3)
			if cancel {
				read.Cancel(nil)
			}
			theirs.(*net.TCPConn).SetLinger(0)
			theirs.Close()
			err := wait(read)
			if cancel && !errors.Is(err, context.Canceled) || !cancel && (err == nil || err == io.EOF) {
				t.Errorf("cancel %v: %v", cancel, err)
			}
			return s.Abort()
		}))
		if err != nil {
			t.Error(err)
		}
	}
}

// Separators that are longer than the data, and a limit with several separators.
func TestSeparatorsAtTheEdges(t *testing.T) {
	testbed.Clean(t)
	run(t, func() error {
		r := reader(100, "data", "-", "separator")
		got(await(r.ReadUntilAny("-separator", "a much longer separator than that"))).want(t, "data-separator", nil)
		r = reader(3, "some dataA")
		var limit *streams.LimitError
		if _, err := await(r.ReadUntilAny("A", "ome dataA")); err != nil {
			t.Errorf("one that begins in time: %v", err)
		}
		r = reader(3, "some dataAB")
		if _, err := await(r.ReadUntilAny("A", "B")); !errors.As(err, &limit) || limit.Consumed != 9 {
			t.Errorf("both begin too late: %v, %+v", err, limit)
		}
		got(await(r.ReadAll())).want(t, "some dataAB", nil) // the data is still there
		// The separator is too far away, once before it has come and once after.
		r = reader(3, "some dataAA", "A")
		if _, err := await(r.ReadUntil("AAA")); !errors.As(err, &limit) || limit.Consumed != 9 {
			t.Errorf("not there yet: %v, %+v", err, limit)
		}
		got(await(r.Peek(12))).want(t, "some dataAAA", nil)
		if _, err := await(r.ReadUntil("AAA")); !errors.As(err, &limit) || limit.Consumed != 9 {
			t.Errorf("there: %v, %+v", err, limit)
		}
		got(await(r.Discard(limit.Consumed))).want(t, 9, nil)
		got(await(r.ReadUntil("AAA"))).want(t, "AAA", nil)
		// Exactly at the limit, with the separator in two pieces, and one byte beyond.
		got(await(reader(3, "abc-", "-").ReadUntil("--"))).want(t, "abc--", nil)
		if _, err := await(reader(3, "abcd-", "-").ReadUntil("--")); !errors.As(err, &limit) || limit.Consumed != 4 {
			t.Errorf("one byte beyond the limit: %v, %+v", err, limit)
		}
		return nil
	})
}
