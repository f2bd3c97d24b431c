//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rt

// This file tests what a guest does with the descriptor of its poller.

import "testing"

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
