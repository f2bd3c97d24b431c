//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio_test

// This file tests that the peer of a connection whose last write was cut short does not read
// the end of the stream.

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// readToEnd reads until the stream ends, and returns the number of bytes and the error.
func readToEnd(c *netio.Conn) (total int, err error) {
	buf := make([]byte, 100)
	for {
		n, err := await(c.Read(buf))
		total += n
		if err != nil {
			return total, err
		}
	}
}

func TestCloseAfterWriteThatWasCutShort(t *testing.T) {
	const size, room = 1000, 10
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, make([]byte, size), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()

	data := make([]byte, size)
	cancelled := func(c *netio.Conn) error {
		_, err := await(rt.WaitFor(ms, rt.Spawn(rt.Current(), c.Write(data))))
		return want(errors.Is(err, context.DeadlineExceeded), "the write ended with %v", err)
	}
	for _, test := range []struct {
		name  string
		write func(a, b *netio.Conn) error
		clean bool
	}{
		{"cancelled", func(a, _ *netio.Conn) error { return cancelled(a) }, false},
		{"a file, cancelled", func(a, _ *netio.Conn) error {
			_, err := await(rt.WaitFor(ms, rt.Spawn(rt.Current(), a.Sendfile(file, 0, size))))
			return want(errors.Is(err, context.DeadlineExceeded), "the write ended with %v", err)
		}, false},
		{"abandoned", func(a, _ *netio.Conn) error {
			op := a.Write(data)
			return wait(spawn(func() error {
				_, _, ready := op.Poll(rt.Current())
				return want(!ready, "the write is over")
			}))
		}, false},
		{"cancelled twice, the second time before it began", func(a, _ *netio.Conn) error {
			return errors.Join(cancelled(a), cancelled(a))
		}, false},
		{"cancelled, and the rest written", func(a, b *netio.Conn) error {
			if err := cancelled(a); err != nil {
				return err
			}
			read := spawn(func() error { _, err := await(b.Read(make([]byte, room))); return err })
			return errors.Join(wait(read), wait(a.Write(data[:room])))
		}, true},
		{"cancelled, and a file that has ended", func(a, _ *netio.Conn) error {
			_, err := await(a.Sendfile(file, size, 100))
			return errors.Join(cancelled(a), err, wait(a.Sendfile(file, size, 100)))
		}, true},
		{"cancelled, and nothing of a file", func(a, _ *netio.Conn) error {
			return errors.Join(cancelled(a), wait(a.Sendfile(file, 0, 0)))
		}, false},
		{"cancelled, and an empty write", func(a, _ *netio.Conn) error {
			return errors.Join(cancelled(a), wait(a.Write(nil)))
		}, false},
		{"cancelled before it began", func(a, _ *netio.Conn) error {
			return errors.Join(wait(a.Write(data[:room])), cancelled(a))
		}, true},
		{"whole", func(a, _ *netio.Conn) error { return wait(a.Write(data[:room])) }, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, b := rttest.NewPipe(nil, "a", "b", room)
			_, err := testbed.RunFake(t, async(func() error {
				if err := test.write(a, b); err != nil {
					return err
				}
				if !test.clean {
					if _, err := a.Detach(); err == nil {
						return errors.New("the connection was detached")
					}
					var operr *net.OpError
					if err := a.CloseWrite(); !errors.As(err, &operr) {
						return want(false, "CloseWrite: %v", err)
					}
				}
				if err := a.Close(); err != nil {
					return err
				}
				n, err := readToEnd(b)
				return errors.Join(
					want((err == io.EOF) == test.clean, "the peer has read %d bytes, and then %v", n, err),
					b.Close())
			}))
			if err != nil {
				t.Error(err)
			}
		})
	}
}
