//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rt

// This file tests callbacks on the descriptors of sockets.

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// newSocketLoop returns a loop that waits for real descriptors.
func newSocketLoop(t *testing.T, opts ...Option) *Loop {
	t.Helper()
	l, err := NewLoop(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// A reader is called until it has read everything, however little it reads each time.
func TestReaderOfASocket(t *testing.T) {
	Clean(t)
	l := newSocketLoop(t)
	pair := socketPair(t)
	var got strings.Builder
	if err := l.AddReader(pair[0], func() {
		buf := make([]byte, 2)
		switch n, err := unix.Read(pair[0], buf); {
		case err == unix.EAGAIN: // it may be called although there is nothing to read
		case err != nil:
			t.Error(err)
			l.Stop()
		case n > 0:
			got.Write(buf[:n])
		default:
			if !l.RemoveReader(pair[0]) {
				t.Error("the reader is gone")
			}
			l.Stop()
		}
	}); err != nil {
		t.Fatal(err)
	}
	l.CallSoon(func() { send(t, pair[1], "abc") })
	l.CallLater(1, func() {
		send(t, pair[1], "defgh")
		unix.Close(pair[1])
		pair[1] = -1
	})
	if err := l.RunForever(); err != nil || got.String() != "abcdefgh" {
		t.Errorf("read %q, %v", got.String(), err)
	}
}

func TestWriterOfASocket(t *testing.T) {
	Clean(t)
	l := newSocketLoop(t)
	pair := socketPair(t)
	calls := 0
	if err := l.AddWriter(pair[0], func() { // called in every turn in which there is room
		send(t, pair[0], "x")
		if calls++; calls == 3 {
			l.Stop()
		}
	}); err != nil {
		t.Fatal(err)
	}
	if err := l.RunForever(); err != nil {
		t.Error(err)
	}
	if !l.RemoveWriter(pair[0]) || l.RemoveWriter(pair[0]) {
		t.Error("RemoveWriter reported the wrong result")
	}
	buf := make([]byte, 10)
	if n, err := unix.Read(pair[1], buf); string(buf[:n]) != "xxx" || err != nil {
		t.Errorf("read %q, %v", buf[:n], err)
	}
}

// Data that is left unread when a callback panics is not forgotten.
func TestReaderOfASocketThatPanics(t *testing.T) {
	Clean(t)
	var reports []error
	l := newSocketLoop(t, WithHandler(func(err error) { reports = append(reports, err) }))
	pair := socketPair(t)
	calls := 0
	if err := l.AddReader(pair[0], func() {
		if calls++; calls == 1 {
			panic("bug")
		}
		l.RemoveReader(pair[0])
		l.Stop()
	}); err != nil {
		t.Fatal(err)
	}
	send(t, pair[1], "x")
	if err := l.RunForever(); err != nil || len(reports) != 1 {
		t.Errorf("%v; reports: %v", err, reports)
	}
}

func TestReaderOfNoDescriptor(t *testing.T) {
	Clean(t)
	l := newSocketLoop(t)
	for _, fd := range []int{-1, 1 << 20} {
		if l.AddReader(fd, func() {}) == nil || l.AddWriter(fd, func() {}) == nil {
			t.Errorf("the loop took descriptor %d", fd)
		}
		if l.RemoveReader(fd) || l.RemoveWriter(fd) {
			t.Errorf("the loop has kept descriptor %d", fd)
		}
	}
}
