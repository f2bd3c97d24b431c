//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package streams_test

// This file tests streams on real sockets with peers that are slow or gone.

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// A reader that does not read holds up the writer at the high water mark,
// however much it has to say; others are served meanwhile; in the end everything
// has arrived.
func TestSlowReader(t *testing.T) {
	testbed.Clean(t)
	const lines = 10_000
	const high = 10_000
	l, err := rt.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	most, written := 0, 0
	_, err = testbed.RunReal(t, do(func() error {
		server := streams.NewServer(l, func(conn *rt.Conn) rt.Coroutine[rt.Void] {
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
		for at := -1; stands < 20; { // until the writer stands still
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
