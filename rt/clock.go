package rt

// This file defines the clock of a loop.

import "time"

// A Clock tells a loop the time. The loop calls it on its goroutine.
type Clock interface {
	// Epoch returns the time at which Elapsed was zero.
	Epoch() time.Time
	// Elapsed returns the time since Epoch. It never goes back, even if the wall clock does.
	Elapsed() time.Duration
}

// realClock is the monotonic clock of the system.
type realClock struct{ epoch time.Time }

func newRealClock() realClock { return realClock{time.Now()} }

func (c realClock) Epoch() time.Time       { return c.epoch }
func (c realClock) Elapsed() time.Duration { return time.Since(c.epoch) }
