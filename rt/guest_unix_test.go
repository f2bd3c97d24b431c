//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rt

// This file tests what a guest does with the descriptor of its poller.

import (
	"testing"

	"golang.org/x/sys/unix"
)

// A closed loop has no descriptor. The number of the one that it had may belong to another
// loop.
func TestClosedLoopHasNoDescriptor(t *testing.T) {
	Clean(t)
	for _, asked := range []bool{false, true} {
		l, err := NewLoop()
		if err != nil {
			t.Fatal(err)
		}
		if asked {
			if _, ok := l.FD(); !ok {
				t.Error("an open loop has no descriptor")
			}
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		other := newSocketLoop(t) // gets the number
		if fd, ok := l.FD(); ok {
			theirs, _ := other.FD()
			t.Errorf("the closed loop has descriptor %d, and another loop %d", fd, theirs)
		}
	}
}

// A scarcePoller is a poller that has no descriptor left for FD.
type scarcePoller struct {
	Poller
	asked func()
}

func (p scarcePoller) FD() int { p.asked(); return -1 }

// An attached loop finds that a descriptor is ready although the system has none left for FD.
func TestAttachedLoopWithoutDescriptor(t *testing.T) {
	Clean(t)
	inner, err := newPoller()
	if err != nil {
		t.Fatal(err)
	}
	pair := socketPair(t)
	sent := false
	l := newSocketLoop(t, WithPoller(scarcePoller{inner, func() {
		if !sent { // the loop is about to wait, for ever
			sent = true
			send(t, pair[1], "x")
		}
	}}))
	if err := l.AddReader(pair[0], func() {
		if _, err := unix.Read(pair[0], make([]byte, 1)); err == nil {
			l.RemoveReader(pair[0])
			l.Stop()
		}
	}); err != nil {
		t.Fatal(err)
	}
	host := make(chan func(), 1)
	ended := make(chan error, 1)
	l.Attach(func(fn func()) { host <- fn }, func(err error) {
		close(host)
		ended <- err
	})
	for fn := range host { // hangs if the loop does not find out
		fn()
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
