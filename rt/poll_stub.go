//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package rt

// This file is the Poller of systems for which no other is written: timers and
// wake-ups work, descriptors are refused.

import (
	"errors"
	"fmt"
	"runtime"
	"time"
)

type stubPoller struct {
	wake chan struct{} // capacity 1
}

func newPoller() (Poller, error) {
	return &stubPoller{wake: make(chan struct{}, 1)}, nil
}

func (p *stubPoller) Add(fd int, r Readiness) error {
	return fmt.Errorf("watch descriptor %d: rt has no poller for %s yet: %w", fd, runtime.GOOS, errors.ErrUnsupported)
}

func (p *stubPoller) Remove(fd int) error {
	return fmt.Errorf("stop watching descriptor %d: rt has no poller for %s yet: %w", fd, runtime.GOOS, errors.ErrUnsupported)
}

func (p *stubPoller) Wait(timeout time.Duration) error {
	if timeout < 0 {
		<-p.wake
		return nil
	}
	if timeout == 0 {
		select {
		case <-p.wake:
		default:
		}
		return nil
	}
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case <-p.wake:
	case <-timer.C:
	}
	return nil
}

func (p *stubPoller) Wakeup() error {
	select {
	case p.wake <- struct{}{}:
	default: // one is enough
	}
	return nil
}

func (p *stubPoller) Close() error { return nil }
