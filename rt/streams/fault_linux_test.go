package streams_test

// This file tests a peer that vanishes, as when its machine loses power.

import (
	"context"
	"errors"
	"net"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// A read waits until it times out. A write finds out that the peer is gone. This test waits for
// the real clock, a hundredth of a second.
func TestHalfOpenPeer(t *testing.T) {
	testbed.Clean(t)
	ours, theirs := pair(t)
	raw, err := theirs.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	raw.Control(func(fd uintptr) {
		// A socket in repair mode is closed without telling the peer.
		err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_REPAIR, 1)
	})
	theirs.Close()
	if err != nil {
		ours.Close()
		t.Skip("no right to let a peer vanish:", err)
	}
	_, err = testbed.RunReal(t, do(func() error {
		s := streams.New(ours)
		defer s.Abort()
		if err := wait(rt.Timeout(10*time.Millisecond, s.ReadLine())); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("read from a peer that is gone: %v", err)
		}
		read := rt.Spawn(rt.Current(), s.ReadLine())
		s.WriteString("anybody there?\n")
		if err := wait(read); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("read after a write to a peer that is gone: %v", err)
		}
		s.WriteString("hello?\n")
		if err := wait(s.Flush()); !errors.Is(err, syscall.EPIPE) && !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("write to a peer that is gone: %v", err)
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}
