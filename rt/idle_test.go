package rt

// This file tests how long a loop lets other goroutines run first.

import (
	"testing"
	"time"
)

// A slowClock advances by step each time it is read.
type slowClock struct {
	realClock
	step, now time.Duration
}

func (c *slowClock) Elapsed() time.Duration {
	c.now += c.step
	return c.now
}

// A goroutine that computes for long when it is allowed to run first does not hold up the loop
// again and again.
func TestYieldGivesUp(t *testing.T) {
	Clean(t)
	for _, test := range []struct {
		step time.Duration
		left int
	}{{time.Microsecond, patience}, {10 * time.Millisecond, 0}} {
		l := &Loop{clock: &slowClock{step: test.step}, patience: patience}
		if l.yield(); l.patience != test.left {
			t.Errorf("a yield of %v: the patience is %d, want %d", test.step, l.patience, test.left)
		}
	}
}
