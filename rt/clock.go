package rt

// This file is where a loop takes its time from.

import "time"

// A Clock tells a loop the time. It is called on the goroutine of the loop.
type Clock interface {
	// Epoch returns the moment at which the clock read zero.
	Epoch() time.Time
	// Elapsed returns the time since Epoch. It never goes back, whatever
	// happens to the wall clock.
	Elapsed() time.Duration
}

// realClock is the system's monotonic clock.
type realClock struct{ epoch time.Time }

func newRealClock() realClock { return realClock{time.Now()} }

func (c realClock) Epoch() time.Time       { return c.epoch }
func (c realClock) Elapsed() time.Duration { return time.Since(c.epoch) }
