package rt

// This file is the time slice: it bounds by time what is otherwise bound by counts
// only, how long a step and a turn last, so that one busy task does not hold up the
// rest. Nothing reads a clock for that, neither an await that is ready nor a step: a
// timer of the system sets a flag. The loop looks at it after each step, and a step
// after as many operations as are a part of a slice: the checkpoint only counts.
//
// Where the timer is late, because the system's timers are coarse or no processor is left
// for it (GOMAXPROCS=1, or several loops at work), the loop reads the clock itself, after
// as many steps and operations as took a part of a slice the last time. The timer goes
// on: it is what ends a slice when an operation suddenly takes a thousand times as long.
//
// On a loop that is to be repeated, with a clock or a seed of its own, only counts
// bound.

import (
	"math"
	"runtime"
	"sync/atomic"
	"time"
)

const (
	// timeSlice is how long tasks run before the loop looks at its timers and
	// descriptors, and how long one task runs if others are ready.
	timeSlice = 500 * time.Microsecond

	// latest is how late the timer may be. On Linux, a Go process that has nothing
	// else to do waits for timers in whole milliseconds.
	latest = timeSlice / 4

	// longestGrant is how many operations of a step there are at most between two
	// looks at the flag.
	longestGrant = 32

	// firstGrant is how many operations and steps there are between the end of a
	// wait and the start of the timer: as a rule the loop waits again before, and
	// needs none.
	firstGrant = 8

	// longestStretch is how many operations and steps there are at most between two
	// looks at the clock.
	longestStretch = 1024
)

// The values of timeSlices.over. Those after sliceOwn say that the slice is over.
const (
	sliceRuns  uint32 = iota
	sliceFresh        // after a wait: the timer need not run yet
	sliceOwn          // the loop looks at the clock itself
	sliceOver         // let others run
	sliceLate         // and nobody was there to say so in time
)

// timeSlices is the time slices of a loop. What it counts is steps, and operations
// besides the first grant of each step.
type timeSlices struct {
	over    atomic.Uint32 // one of the five above
	on      bool          // else only counts bound
	own     bool          // the loop looks at the clock itself
	alone   bool          // always: there is no processor for the timer
	until   int64         // calls look when steps is this; each operation takes one off
	first   uint64        // value of steps when counting began
	granted int           // operations since then

	// The step that has used up its first grant.
	step uint64
	left int // operations of that step that are not granted yet

	// The timer. It runs while the loop is at work, and goes on for a while if the
	// loop waits now and then.
	timer   *time.Timer
	running atomic.Bool
	due     time.Duration // by the clock; of whoever has set running

	// If the loop looks at the clock itself:
	stretch int           // what it counts between two looks
	looked  time.Duration // when it last did
	began   time.Duration // when the slice began
}

const never = math.MaxInt64

// init turns the slices of a new loop on, if it need not be repeatable.
func (s *timeSlices) init(l *Loop) {
	_, real := l.clock.(realClock)
	s.on = real && l.shuffle == nil
	s.until = never
	l.grant = stepBudget
}

// beginRun is called when the loop begins to run.
func (l *Loop) beginRun() {
	if l.slice.on {
		l.slice.alone = runtime.GOMAXPROCS(0) == 1
		l.leaveWait()
	}
}

// leaveWait is called when the loop has waited.
func (l *Loop) leaveWait() {
	s := &l.slice
	switch {
	case !s.on:
	case s.alone:
		l.lookYourself()
	case !s.running.Load():
		s.own = false
		s.over.Store(sliceFresh)
		l.grant = firstGrant
		l.countFor(firstGrant)
	}
}

// countFor begins to count, for n.
func (l *Loop) countFor(n int) {
	l.slice.first, l.slice.granted = l.steps, 0
	l.slice.until = int64(l.steps) + int64(n)
}

// countOn begins to count, while the timer runs that ends the slice.
func (l *Loop) countOn() {
	l.countFor(0)
	l.slice.until = never
}

// count is told that n operations were done.
func (s *timeSlices) count(n int) {
	s.granted += n
	s.until -= int64(n)
}

// counted returns how many steps and operations there were since counting began.
func (l *Loop) counted() int { return l.slice.granted + int(l.steps-l.slice.first) }

// lookYourself lets the loop look at the clock itself.
func (l *Loop) lookYourself() {
	s := &l.slice
	if !s.own {
		s.own, s.stretch = true, firstGrant
	}
	if !s.over.CompareAndSwap(sliceRuns, sliceOwn) {
		s.over.CompareAndSwap(sliceFresh, sliceOwn)
	}
	s.looked = l.clock.Elapsed()
	s.began = s.looked
	l.stretchTo(s.stretch)
}

// stretchTo lets the loop look at the clock after it has counted n.
func (l *Loop) stretchTo(n int) {
	l.slice.stretch = n
	l.grant = min(n, longestGrant)
	l.countFor(n)
}

// grantMore is called when a step has used up its grant. It reports whether the step
// goes on.
func (l *Loop) grantMore() bool {
	s := &l.slice
	over := s.over.Load()
	if !s.on || over > sliceOwn || over == sliceOwn && int64(l.steps) >= s.until {
		return false
	}
	if s.step != l.steps {
		s.step, s.left = l.steps, stepBudget-l.grant
	}
	if over == sliceFresh {
		l.startSlices()
	}
	more := min(l.grant, s.left)
	s.left -= more
	s.count(more)
	l.budget = more
	return more > 0
}

// startSlices starts the timer, unless it runs.
func (l *Loop) startSlices() {
	s := &l.slice
	s.over.CompareAndSwap(sliceFresh, sliceRuns)
	l.grant = longestGrant
	l.countOn()
	if s.running.Swap(true) {
		return
	}
	s.due = l.clock.Elapsed() + timeSlice
	if s.timer == nil {
		s.timer = time.AfterFunc(time.Hour, l.tick) // not earlier: tick needs the field
	}
	s.timer.Reset(timeSlice)
}

// tick is called by the timer, on a goroutine of its own.
func (l *Loop) tick() {
	s := &l.slice
	if l.rests() {
		s.running.Store(false)
		if l.rests() || s.running.Swap(true) {
			return
		}
		// It has left its wait just now, and may have seen that the timer runs.
	}
	now := l.clock.Elapsed()
	if now-s.due > latest {
		s.over.Store(sliceLate)
	} else {
		s.over.Store(sliceOver)
	}
	s.due = now + timeSlice
	s.timer.Reset(timeSlice)
}

// rests reports whether the loop waits or is not running. Any goroutine may call it.
func (l *Loop) rests() bool { return !l.running.Load() || l.signal.Load() == parked }

// mayBeOver reports whether to call look. It is small enough to be inlined.
func (l *Loop) mayBeOver() bool {
	return l.slice.over.Load() > sliceOwn || int64(l.steps) >= l.slice.until
}

// look reports whether the slice is over, and begins the next. It starts the timer, or
// reads the clock, if that is due.
func (l *Loop) look() (over bool) {
	s := &l.slice
	if int64(l.steps) >= s.until {
		if s.own {
			l.readClock()
		} else {
			l.startSlices()
		}
	}
	if over = s.over.Load() > sliceOwn; over {
		l.nextSlice()
	}
	return over
}

// readClock ends the slice if its time is up.
func (l *Loop) readClock() {
	s := &l.slice
	now := l.clock.Elapsed()
	took := now - s.looked
	s.looked = now
	// An eighth of a slice, next time: to learn that it takes longer is urgent, to
	// learn the other is not.
	want := s.stretch * 2
	if took > 0 {
		want = int(min(int64(l.counted())*int64(timeSlice/8)/int64(took), int64(want)))
	}
	l.stretchTo(min(max(want, 1), longestStretch))
	if now-s.began >= timeSlice {
		s.over.CompareAndSwap(sliceOwn, sliceLate)
	}
}

// nextSlice is called when a slice is over.
func (l *Loop) nextSlice() {
	s := &l.slice
	now := s.over.Load()
	s.over.Store(sliceRuns)
	switch {
	case s.own && (now == sliceLate || !s.running.Load()):
		s.began = s.looked
		s.over.CompareAndSwap(sliceRuns, sliceOwn)
	case s.own: // said by the timer, and in time
		s.own = false
		l.startSlices()
	case now == sliceLate:
		l.lookYourself()
	case s.on:
		// An eighth of a slice: a step that is longer than it should be is so by that.
		l.grant = min(max(l.counted()/8, 1), longestGrant)
		l.countOn()
	}
}
