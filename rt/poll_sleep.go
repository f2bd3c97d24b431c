package rt

// This file is how a poller waits that has no descriptors to wait for: as
// goroutines do, without a system call. A wake-up then costs a tenth of one
// through the system.

import "time"

// A sleeper waits for wakeup, or for time to pass.
type sleeper struct {
	woken chan struct{} // capacity 1
	timer *time.Timer   // nil: never needed
}

func newSleeper() sleeper { return sleeper{woken: make(chan struct{}, 1)} }

// sleep waits for at most timeout: forever if that is negative, not at all if
// it is zero.
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

// wasWoken reports whether wakeup was called since the last time.
func (s *sleeper) wasWoken() bool {
	select {
	case <-s.woken:
		return true
	default:
		return false
	}
}

// wakeup ends the running or else the next sleep. Any goroutine may call it.
func (s *sleeper) wakeup() {
	select {
	case s.woken <- struct{}{}:
	default: // one is enough
	}
}
