//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio_test

// This file tests sending files, by the system and by reading and writing.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// randomFile returns a file of n random bytes, and the bytes.
func randomFile(t *testing.T, n int) (*os.File, []byte) {
	t.Helper()
	data := make([]byte, n)
	rand.NewChaCha8([32]byte{}).Read(data)
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f, data
}

// eachPair runs fn with the two ends of a connection. One connection is over a socket, for
// which the system sends files. The other is over a pipe in memory, for which it does not.
func eachPair(t *testing.T, fn func(t *testing.T, a, b *netio.Conn) error) {
	t.Run("system", func(t *testing.T) {
		checkLeaks(t)
		l, err := netio.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := testbed.RunReal(t, async(func() error {
			accept := rt.Spawn(rt.Current(), l.Accept())
			a, err := await(netio.Dial("tcp", l.Addr().String()))
			if err != nil {
				return err
			}
			b, err := await(accept)
			l.Close()
			if err != nil {
				return err
			}
			defer a.Close()
			defer b.Close()
			return fn(t, a, b)
		})); err != nil {
			t.Error(err)
		}
	})
	t.Run("copy", func(t *testing.T) {
		a, b := rttest.NewPipe(nil, "a", "b", 10_000)
		if _, err := testbed.Run(t, async(func() error {
			defer a.Close()
			defer b.Close()
			return fn(t, a, b)
		})); err != nil {
			t.Error(err)
		}
	})
}

func TestSendfile(t *testing.T) {
	eachPair(t, func(t *testing.T, a, b *netio.Conn) error {
		f, data := randomFile(t, 3<<20+17)
		for _, test := range []struct{ offset, count, want int }{
			{0, -1, len(data)}, {0, len(data), len(data)}, {1000, 5, 5}, {1 << 20, 1 << 20, 1 << 20},
			{len(data) - 10, 100, 10}, {len(data) + 1, -1, 0}, {5, 0, 0},
		} {
			name := fmt.Sprintf("from %d, %d bytes", test.offset, test.count)
			received := rt.Spawn(rt.Current(), machine.Lockstep(func() ([]byte, error) {
				want := len("before") + test.want + len("after")
				got := make([]byte, want)
				for n := 0; n < want; {
					k, err := await(b.Read(got[n:]))
					n += k
					if err != nil {
						return got[:n], err
					}
				}
				return got, nil
			}))
			await(a.Write([]byte("before")))
			n, err := await(a.Sendfile(f, int64(test.offset), int64(test.count)))
			if n != int64(test.want) || err != nil {
				return fmt.Errorf("%s: sent %d, %w", name, n, err)
			}
			await(a.Write([]byte("after")))
			got, err := await(received)
			from := min(test.offset, len(data))
			want := "before" + string(data[from:from+test.want]) + "after"
			if string(got) != want || err != nil {
				return fmt.Errorf("%s: received %d bytes, want %d, or they differ; %w", name, len(got), len(want), err)
			}
		}
		if _, err := await(a.Sendfile(f, -1, 5)); !errors.Is(err, syscall.EINVAL) {
			t.Errorf("from a negative offset: %v", err)
		}
		return nil
	})
}

// A file that the system cannot send by itself is read and written, or is an error. It is never
// sent as an empty file.
func TestSendfileOfSomethingElse(t *testing.T) {
	eachPair(t, func(t *testing.T, a, b *netio.Conn) error {
		if version, err := os.ReadFile("/proc/version"); err == nil { // the system reports its size as 0
			f, err := os.Open("/proc/version")
			if err != nil {
				return err
			}
			defer f.Close()
			if n, err := await(a.Sendfile(f, 0, -1)); n != int64(len(version)) || err != nil {
				t.Errorf("a file that the system makes up: sent %d, %v", n, err)
			}
			got := make([]byte, len(version))
			for n := 0; n < len(got); {
				k, err := await(b.Read(got[n:]))
				n += k
				if err != nil {
					return err
				}
			}
			if !bytes.Equal(got, version) {
				t.Errorf("received %q", got)
			}
		}
		dir, err := os.Open(t.TempDir())
		if err != nil {
			return err
		}
		defer dir.Close()
		if n, err := await(a.Sendfile(dir, 0, -1)); n != 0 || !errors.Is(err, syscall.EISDIR) {
			t.Errorf("a directory: sent %d, %v", n, err)
		}
		gone, err := os.Open(os.DevNull)
		if err != nil {
			return err
		}
		gone.Close()
		if n, err := await(a.Sendfile(gone, 0, -1)); n != 0 || !errors.Is(err, os.ErrClosed) {
			t.Errorf("a file that is closed: sent %d, %v", n, err)
		}
		r, w, err := os.Pipe()
		if err != nil {
			return err
		}
		defer r.Close()
		defer w.Close()
		if n, err := await(a.Sendfile(r, 0, 5)); n != 0 || !errors.Is(err, syscall.ESPIPE) {
			t.Errorf("a pipe, which has no offsets: sent %d, %v", n, err)
		}
		_, err = await(a.Write([]byte("x"))) // the side is free
		return err
	})
}

func TestSendfileHoldsTheWritingSide(t *testing.T) {
	eachPair(t, func(t *testing.T, a, b *netio.Conn) error {
		f, data := randomFile(t, 16<<20)
		send := rt.Spawn(rt.Current(), a.Sendfile(f, 0, -1))
		var received bytes.Buffer
		buf := make([]byte, 64<<10)
		refused := 0
		for received.Len() < len(data) {
			n, err := await(b.Read(buf))
			if err != nil {
				return err
			}
			received.Write(buf[:n])
			if !send.Done() && received.Len() < len(data)/2 {
				_, err := await(a.Write([]byte("in between")))
				if err == nil || !strings.Contains(err.Error(), "another task is writing") {
					return fmt.Errorf("write in between: %v", err)
				}
				refused++
			}
		}
		if n, err := await(send); n != int64(len(data)) || err != nil {
			return fmt.Errorf("sent %d, %w", n, err)
		}
		if !bytes.Equal(received.Bytes(), data) || refused == 0 {
			return fmt.Errorf("what was received differs, or no write (%d) came in between", refused)
		}
		return nil
	})
}

func TestSendfileToPeerThatLeaves(t *testing.T) {
	eachPair(t, func(t *testing.T, a, b *netio.Conn) error {
		f, data := randomFile(t, 32<<20)
		send := rt.Spawn(rt.Current(), a.Sendfile(f, 0, -1))
		if _, err := await(b.Read(make([]byte, 1000))); err != nil {
			return err
		}
		b.Close()
		n, err := await(send)
		if n == 0 || n == int64(len(data)) || !errors.Is(err, syscall.EPIPE) && !errors.Is(err, syscall.ECONNRESET) {
			return fmt.Errorf("sent %d, %w", n, err)
		}
		return nil
	})
}

// A peer that leaves once it has everything has not left too early.
func TestSendfileToPeerThatHasEverything(t *testing.T) {
	eachPair(t, func(t *testing.T, a, b *netio.Conn) error {
		f, data := randomFile(t, 1<<20)
		send := rt.Spawn(rt.Current(), a.Sendfile(f, 0, -1))
		got := make([]byte, len(data))
		for n := 0; n < len(got); {
			k, err := await(b.Read(got[n:]))
			n += k
			if err != nil {
				return err
			}
		}
		b.Close()
		if n, err := await(send); n != int64(len(data)) || err != nil || !bytes.Equal(got, data) {
			return fmt.Errorf("sent %d, %w", n, err)
		}
		return nil
	})
}

func TestCancelledSendfile(t *testing.T) {
	eachPair(t, func(t *testing.T, a, b *netio.Conn) error {
		f, data := randomFile(t, 32<<20)
		send := rt.Spawn(rt.Current(), a.Sendfile(f, 0, -1))
		if _, err := await(b.Read(make([]byte, 1000))); err != nil {
			return err
		}
		send.Cancel(nil)
		if n, err := await(send); n == 0 || n == int64(len(data)) || !errors.Is(err, context.Canceled) {
			return fmt.Errorf("sent %d, %w", n, err)
		}
		// The side is free again.
		write := rt.Spawn(rt.Current(), a.Write([]byte("x")))
		b.Close()
		if _, err := await(write); err != nil && strings.Contains(err.Error(), "another task") {
			return err
		}
		return nil
	})
}

func TestSendfileOverClosed(t *testing.T) {
	eachPair(t, func(t *testing.T, a, b *netio.Conn) error {
		f, data := randomFile(t, 32<<20)
		send := rt.Spawn(rt.Current(), a.Sendfile(f, 0, -1))
		if _, err := await(b.Read(make([]byte, 1000))); err != nil {
			return err
		}
		a.Close()
		if n, err := await(send); n == int64(len(data)) || !errors.Is(err, net.ErrClosed) {
			return fmt.Errorf("sent %d, %w", n, err)
		}
		if n, err := await(a.Sendfile(f, 0, -1)); n != 0 || !errors.Is(err, net.ErrClosed) {
			return fmt.Errorf("sent %d, %w", n, err)
		}
		return nil
	})
}
