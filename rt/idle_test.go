package rt

// This file tests for how long a loop lets others go first.

import (
	"testing"
	"time"
)

// A slowClock goes on by step whenever somebody looks at it.
type slowClock struct {
	realClock
	step, now time.Duration
}

func (c *slowClock) Elapsed() time.Duration {
	c.now += c.step
	return c.now
}

// Whoever computes for long when it is let go first does not hold up the loop
// again and again.
func TestYieldGivesUp(t *testing.T) {
	Clean(t)
	for _, test := range []struct {
		step time.Duration
		left int
	}{{time.Microsecond, patience}, {10 * time.Millisecond, 1}} {
		l := &Loop{clock: &slowClock{step: test.step}, patience: patience}
		if l.yield(); l.patience != test.left {
			t.Errorf("a yield of %v: the patience is %d, want %d", test.step, l.patience, test.left)
		}
	}
}
