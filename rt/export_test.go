package rt

// This file opens parts of the package to its tests.

import (
	"runtime"
	"sync"
	"testing"
	"time"
)

// Clean is testbed.Clean, for tests in package rt. Package testbed imports rt, so these tests
// cannot import testbed.
var Clean func(testing.TB)

// Sampled reports whether the running step of a loop in debug mode took so long that its stack
// was sampled.
func (l *Loop) Sampled() bool {
	d := l.debug
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.seen == d.step.Load()
}

// GroupMembers returns the number of tasks that g remembers.
func GroupMembers(g *TaskGroup) int { return len(g.group.members) }

// Arrived returns the number of things that other goroutines have sent to l and that l has not
// taken yet.
func Arrived(l *Loop) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.inbox) + len(l.arrived) - l.taken
}

// EndSlice ends the current time slice of l, as the timer does.
func EndSlice(l *Loop) { l.slice.over.Store(sliceOver) }

// LongestGrant is the greatest number of operations after which a step checks whether its slice
// is over.
const LongestGrant = longestGrant

// FirstGrant is the greatest number of operations and steps between the end of a wait and the
// start of the timer.
const FirstGrant = firstGrant

// SliceByFlag makes l check whether its time slices are over, without a timer that ends them.
func SliceByFlag(l *Loop) {
	l.slice.on = true
	l.grant, l.budget = longestGrant, longestGrant
}

// Sliced reports whether time bounds the steps of l.
func Sliced(l *Loop) bool { return l.slice.on }

// SliceTimerRuns reports whether the timer that ends the time slices of l is running.
func SliceTimerRuns(l *Loop) bool { return l.slice.running.Load() }

// Rests reports whether l is waiting, as the timer that ends its time slices sees it.
func Rests(l *Loop) bool { return l.rests() }

// LookYourself makes l end its time slices by reading the clock itself.
func LookYourself(l *Loop) { l.slice.alone = true; l.lookYourself() }

type sent func()

func (fn sent) arrive(*Loop) { fn() }

// SendCall makes l call fn while it processes its inbox.
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

// GoroutineID returns the id of the calling goroutine, found in two ways.
func GoroutineID() (byCreator, own uint64) { return goid(), ownID() }

// A Stopwatch is the clock of a watchdog. A test moves it.
type Stopwatch struct {
	mu      sync.Mutex
	elapsed time.Duration
	due     time.Duration
	armed   bool
	ring    func()
}

// Watch makes s the clock of the watchdog of l, which is in debug mode.
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

// Advance moves s forward by d. If the alarm goes off, Advance returns after the alarm has been
// handled.
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

// RingLate lets an alarm go off although it was stopped, as if it had been stopped too late.
func (s *Stopwatch) RingLate() { s.ring() }

// Armed reports whether the alarm is set.
func (s *Stopwatch) Armed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.armed
}

// Trace returns the traceback of the goroutine that runs l.
func Trace(l *Loop) string { return l.trace() }

// AskForDump is [Loop.Dump] on a goroutine that does not run the loop. It waits until late is
// ready.
func AskForDump(l *Loop, late <-chan time.Time) string { return l.askForDump(late) }

// IsStandard reports whether f belongs to the standard library.
func IsStandard(f runtime.Frame) bool { return isStandard(f) }
