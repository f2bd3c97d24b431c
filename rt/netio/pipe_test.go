//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio_test

// This file tests how the writing end of a pipe learns that the reading end was closed.

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// A read from the writing end waits until the reading end is closed, or the writing end itself
// is.
func TestWriterOfAPipeNoticesThatTheReaderLeaves(t *testing.T) {
	for _, test := range []struct {
		name  string
		leave func(r *os.File, c *netio.Conn)
		ends  error
	}{
		{"reader", func(r *os.File, _ *netio.Conn) { r.Close() }, io.EOF},
		{"close write", func(_ *os.File, c *netio.Conn) { c.CloseWrite() }, io.EOF},
		{"close", func(_ *os.File, c *netio.Conn) { c.Close() }, net.ErrClosed},
	} {
		t.Run(test.name, func(t *testing.T) {
			checkLeaks(t)
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			c, err := netio.FileConn(w)
			if err := errors.Join(err, w.Close()); err != nil {
				t.Fatal(err)
			}
			_, err = testbed.RunReal(t, async(func() error {
				read := rt.Spawn(rt.Current(), c.Read(make([]byte, 1)))
				if _, err := await(c.Write([]byte("x"))); err != nil {
					return err
				}
				for range 3 {
					await(rt.Yield())
				}
				if read.Done() {
					t.Error("the read is over")
				}
				test.leave(r, c)
				if n, err := await(read); n != 0 || !errors.Is(err, test.ends) {
					t.Errorf("read %d, %v", n, err)
				}
				if test.name == "reader" {
					if _, err := await(c.Write([]byte("x"))); !errors.Is(err, syscall.EPIPE) {
						t.Errorf("write: %v", err)
					}
				}
				if !c.Closed() {
					return c.Close()
				}
				return nil
			}))
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// The reading end was closed before anybody looked.
func TestReaderOfAPipeHasLeft(t *testing.T) {
	checkLeaks(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	c, err := netio.FileConn(w)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if n, err := testbed.RunReal(t, c.Read(make([]byte, 1))); n != 0 || err != io.EOF {
		t.Errorf("read %d, %v", n, err)
	}
}
