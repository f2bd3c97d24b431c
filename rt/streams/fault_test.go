//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package streams_test

// This file tests streams on real sockets with peers that are slow or gone.

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// A reader that does not read holds up the writer at the high water mark, however much the
// writer has to send. Others are served in the meantime. In the end everything has arrived.
func TestSlowReader(t *testing.T) {
	testbed.Clean(t)
	const lines = 10_000
	const high = 10_000
	l, err := netio.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	most, written := 0, 0
	_, err = testbed.RunReal(t, do(func() error {
		server := streams.NewServer(l, func(conn *netio.Conn) rt.Coroutine[rt.Void] {
			return do(func() error {
				s := streams.New(conn)
				defer s.Close()
				s.SetLimits(high/4, high)
				request, err := await(s.ReadLine())
				if err != nil {
					return err
				}
				if string(request) == "ping\n" {
					s.WriteString("pong\n")
					return wait(s.Flush())
				}
				for i := range lines {
					fmt.Fprintf(s, "this is line number %1000d\n", i)
					if err := wait(s.Drain()); err != nil {
						return err
					}
					written = i
					most = max(most, s.Writer.Buffered())
				}
				return wait(s.Flush())
			})
		})
		serve := rt.Spawn(rt.Current(), server.Serve())
		slow, err := net.Dial("tcp", addr)
		if err != nil {
			return err
		}
		defer slow.Close()
		slow.Write([]byte("lines\n"))
		stands := 0
		for at := -1; stands < 20; { // until the writer stops at the mark
			s, err := await(streams.Dial("tcp", addr))
			if err != nil {
				return err
			}
			s.WriteString("ping\n")
			got(await(s.ReadAll())).want(t, "pong\n", nil)
			s.Close()
			if stands++; written != at {
				at, stands = written, 0
			}
		}
		if written == lines-1 {
			t.Log("this system's buffers hold everything")
		}
		server.Close()
		all, err := await(rt.ToThread(func() ([]byte, error) { return io.ReadAll(slow) }))
		if err != nil {
			return err
		}
		var want bytes.Buffer
		for i := range lines {
			fmt.Fprintf(&want, "this is line number %1000d\n", i)
		}
		if !bytes.Equal(all, want.Bytes()) {
			t.Errorf("received %d bytes, or they differ; want %d", len(all), want.Len())
		}
		return wait(serve)
	}))
	if err != nil {
		t.Error(err)
	}
	if most > high+1100 {
		t.Errorf("%d bytes were buffered, with a high water mark of %d", most, high)
	}
}

// The peer resets the connection while a writer waits at the high water mark, and while it
// closes. All tasks that wait get the error, and nothing is left behind.
func TestResetWhileDraining(t *testing.T) {
	for _, closing := range []bool{false, true} {
		testbed.Clean(t)
		ours, theirs := pair(t)
		_, err := testbed.RunReal(t, do(func() error {
			s := streams.New(ours)
			s.Write(make([]byte, 16<<20))
			reset := func(err error) bool { return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) }
			var waiters []*rt.TaskOf[rt.Void]
			for range 3 {
				waiters = append(waiters, rt.Spawn(rt.Current(), s.Drain()), rt.Spawn(rt.Current(), s.Flush()))
			}
			if closing {
				s.Close()
			}
			yields(10) // the reset is on its way
			if _, err := io.ReadFull(theirs, make([]byte, 1000)); err != nil {
				return err
			}
			theirs.(*net.TCPConn).SetLinger(0)
			theirs.Close()
			for _, w := range append(waiters, rt.Spawn(rt.Current(), s.WaitClosed())) {
				if err := wait(w); !reset(err) {
					t.Errorf("closing %v: %v", closing, err)
				}
			}
			if _, err := s.Write([]byte("x")); !reset(err) || s.Writer.Buffered() != 0 {
				t.Errorf("written after a reset: %v, %d bytes buffered", err, s.Writer.Buffered())
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			yields(2)
			if tasks := rt.Current().Loop().Tasks(); len(tasks) != 1 {
				t.Errorf("%v are left", tasks)
			}
			return nil
		}))
		if err != nil {
			t.Error(err)
		}
	}
}
