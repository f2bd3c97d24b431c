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
