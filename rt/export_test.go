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
	return len(l.inbox) + len(l.arrived) - l.taken
}

// EndSlice does what the timer does that ends the time slices of l.
func EndSlice(l *Loop) { l.slice.over.Store(sliceOver) }

// LongestGrant is after how many operations at most a step looks whether its slice is
// over.
const LongestGrant = longestGrant

// SliceByFlag lets l look whether its time slices are over, and runs no timer.
func SliceByFlag(l *Loop) {
	l.slice.on = true
	l.grant, l.budget = longestGrant, longestGrant
}

// Sliced reports whether time bounds the steps of l.
func Sliced(l *Loop) bool { return l.slice.on }

// SliceTimerRuns reports whether the timer runs that ends the time slices of l.
func SliceTimerRuns(l *Loop) bool { return l.slice.running.Load() }

// LookYourself makes l look at the clock itself to end its time slices.
func LookYourself(l *Loop) { l.slice.alone = true; l.lookYourself() }

type sent func()

func (fn sent) arrive(*Loop) { fn() }

// SendCall lets l call fn while it takes in what other goroutines sent.
func SendCall(l *Loop, fn func()) { l.send(sent(fn)) }

// ForgetReports forgets which kinds of reports have been printed.
func ForgetReports() {
	standardError.mu.Lock()
	defer standardError.mu.Unlock()
	standardError.kinds = make(map[string]*reportKind)
}

// AwaitReports waits until all reports have been printed.
func AwaitReports() {
	standardError.mu.Lock()
	drained := standardError.drained
	standardError.mu.Unlock()
	if drained != nil {
		<-drained
	}
}

// GoroutineID returns the id of the calling goroutine in the two ways to find it.
func GoroutineID() (byCreator, own uint64) { return goid(), ownID() }
