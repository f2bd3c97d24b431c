package rt

// This file is what tests see besides the exported names.

import (
	"runtime"
	"sync"
	"testing"
	"time"
)

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

// FirstGrant is how many operations and steps there are at most between the end of a wait
// and the start of the timer.
const FirstGrant = firstGrant

// SliceByFlag lets l look whether its time slices are over, and runs no timer.
func SliceByFlag(l *Loop) {
	l.slice.on = true
	l.grant, l.budget = longestGrant, longestGrant
}

// Sliced reports whether time bounds the steps of l.
func Sliced(l *Loop) bool { return l.slice.on }

// SliceTimerRuns reports whether the timer runs that ends the time slices of l.
func SliceTimerRuns(l *Loop) bool { return l.slice.running.Load() }

// Rests reports whether l waits, for the timer that ends its time slices.
func Rests(l *Loop) bool { return l.rests() }

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
	standardError.kinds = make(map[reportKey]*reportKind)
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

// A Stopwatch is the time of a watchdog, which a test moves.
type Stopwatch struct {
	mu      sync.Mutex
	elapsed time.Duration
	due     time.Duration
	armed   bool
	ring    func()
}

// Watch lets the watchdog of l, which is in debug mode, have its time from s.
func (s *Stopwatch) Watch(l *Loop) {
	l.debug.watchdog = newWatchdog(l, s)
	l.watchdog.Store(l.debug.watchdog)
}

func (s *Stopwatch) Elapsed() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.elapsed
}

func (s *Stopwatch) Alarm(fn func()) alarm { s.ring = fn; return s }

func (s *Stopwatch) Reset(d time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.armed
	s.armed, s.due = true, s.elapsed+d
	return was
}

func (s *Stopwatch) Stop() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.armed
	s.armed = false
	return was
}

// Advance moves s forward by d. If the alarm goes off it is over when Advance
// returns.
func (s *Stopwatch) Advance(d time.Duration) {
	s.mu.Lock()
	s.elapsed += d
	due := s.armed && s.due <= s.elapsed
	if due {
		s.armed = false
	}
	s.mu.Unlock()
	if due {
		s.ring()
	}
}

// RingLate lets an alarm go off that was to be stopped, but too late.
func (s *Stopwatch) RingLate() { s.ring() }

// Armed reports whether the alarm is going to go off.
func (s *Stopwatch) Armed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.armed
}

// Trace returns the traceback of the goroutine that runs l.
func Trace(l *Loop) string { return l.trace() }

// AskForDump is [Loop.Dump] on another goroutine than that of the loop, until late.
func AskForDump(l *Loop, late <-chan time.Time) string { return l.askForDump(late) }

// IsStandard reports whether f is of the standard library.
func IsStandard(f runtime.Frame) bool { return isStandard(f) }
