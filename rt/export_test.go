package rt

// This file is what tests see besides the exported names.

import "testing"

// Clean is testbed.Clean, for the tests that are in this package itself, which
// package testbed imports.
var Clean func(testing.TB)

// Sampled reports whether the running step of a loop in debug mode took so long
// that its stack was looked at.
func (l *Loop) Sampled() bool {
	d := l.debug
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.seen == d.step.Load()
}

// GroupMembers returns how many tasks g remembers.
func GroupMembers(g *TaskGroup) int { return len(g.group.members) }

// Arrived returns how much other goroutines have sent to l since it looked.
func Arrived(l *Loop) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.inbox)
}
