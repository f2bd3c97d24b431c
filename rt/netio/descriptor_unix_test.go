//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio_test

// This file tests that a connection has a descriptor of its own.

import (
	"errors"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

func TestReaderOfAConnection(t *testing.T) {
	l := testbed.RealLoop(t)
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(pair[1])
	f := os.NewFile(uintptr(pair[0]), "socket")
	c, err := netio.FileConn(f)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Attach(l); err != nil {
		t.Fatal(err)
	}
	fd := netio.Descriptor(c)
	if l.AddReader(fd, func() {}) == nil || l.AddWriter(fd, func() {}) == nil || l.Watch(fd, nil) == nil {
		t.Error("the loop took a descriptor that is a connection's")
	}
	if l.RemoveReader(fd) || l.RemoveWriter(fd) {
		t.Error("the loop let go of a descriptor that is a connection's")
	}
	if _, err := unix.Write(pair[1], []byte("x")); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 1)
	if n, err := rt.RunUntilComplete(l, c.Read(buf)); n != 1 || err != nil {
		t.Errorf("read %d, %v", n, err)
	}
}
