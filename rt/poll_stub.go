//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package rt

// This file implements the Poller of all other systems. Timers and wake-ups work; descriptors are
// refused.

import (
	"errors"
	"fmt"
	"runtime"
	"time"
)

type stubPoller struct{ sleeper }

func newPoller() (Poller, error) { return &stubPoller{newSleeper()}, nil }

func (p *stubPoller) Add(fd int, r Readiness) error {
	return fmt.Errorf("watch descriptor %d: rt has no poller for %s yet: %w", fd, runtime.GOOS, errors.ErrUnsupported)
}

func (p *stubPoller) Remove(fd int) error {
	return fmt.Errorf("stop watching descriptor %d: rt has no poller for %s yet: %w", fd, runtime.GOOS, errors.ErrUnsupported)
}

func (p *stubPoller) Wait(timeout time.Duration) error {
	p.sleep(timeout)
	return nil
}

func (p *stubPoller) Wakeup() error {
	p.wakeup()
	return nil
}

func (p *stubPoller) Close() error { return nil }

// A sleeper waits for a call of wakeup or for a timeout.
type sleeper struct {
	woken chan struct{} // capacity 1
	timer *time.Timer   // nil: not needed so far
}

func newSleeper() sleeper { return sleeper{woken: make(chan struct{}, 1)} }

// sleep waits for at most timeout. If timeout is negative, it has no limit. If timeout is zero,
// sleep does not wait.
func (s *sleeper) sleep(timeout time.Duration) {
	switch {
	case s.wasWoken() || timeout == 0:
	case timeout < 0:
		<-s.woken
	default:
		if s.timer == nil {
			s.timer = time.NewTimer(timeout)
		} else {
			s.timer.Reset(timeout)
		}
		select {
		case <-s.woken:
		case <-s.timer.C:
		}
		s.timer.Stop()
	}
}

// wasWoken reports whether wakeup was called since the last call of wasWoken.
func (s *sleeper) wasWoken() bool {
	select {
	case <-s.woken:
		return true
	default:
		return false
	}
}

// wakeup ends the sleep that is running, or otherwise the next one. Any goroutine may call it.
func (s *sleeper) wakeup() {
	select {
	case s.woken <- struct{}{}:
	default: // one is enough
	}
}
