package rt

// This file implements time slices. A time slice limits how long a step and a turn last, so that
// one busy task does not hold up the others. Without slices, only the numbers of steps and
// operations are limited. Neither a step nor an await that is ready reads a clock: a timer sets a
// flag. The loop checks the flag after each step. A step checks the flag after as many operations
// as took a part of the last slice; its checkpoints only count.
//
// The timer may be late, because the timers of the system are coarse or because no processor is
// free for it (GOMAXPROCS=1, or several busy loops). Then the loop reads the clock itself, after as
// many steps and operations as took a part of a slice the last time. The timer still runs: it ends
// the slice when an operation suddenly takes a thousand times as long.
//
// A loop with a clock or a seed of its own must do the same in every run. It has no slices: only
// the numbers of steps and operations are limited.

import (
	"math"
	"runtime"
	"sync/atomic"
	"time"
)

const (
	// timeSlice is how long tasks run before the loop checks its timers and descriptors, and how
	// long one task runs if others are ready.
	timeSlice = 500 * time.Microsecond

	// latest is how late the timer may be. On Linux, a Go process that has nothing else to do
	// waits for timers in whole milliseconds.
	latest = timeSlice / 4

	// longestGrant is the largest number of operations of a step between two checks of the flag.
	longestGrant = 32

	// firstGrant is the number of operations and steps between the end of a wait and the start
	// of the timer. Usually the loop waits again before that and needs no timer.
	firstGrant = 8

	// longestStretch is the largest number of operations and steps between two readings of the
	// clock.
	longestStretch = 1024
)

// The values of timeSlices.over. The slice is over if the value is greater than sliceOwn.
const (
	sliceRuns  uint32 = iota
	sliceFresh        // the loop has waited; the timer need not run yet
	sliceOwn          // the loop reads the clock itself
	sliceOver         // the slice is over
	sliceLate         // the slice is over, and the timer did not say so in time
)

// timeSlices is the state of the time slices of a loop. It counts steps, and the operations of
// each step after the first grant of the step.
type timeSlices struct {
	over    atomic.Uint32 // one of the five values above
	on      bool          // false: the loop has no slices
	own     bool          // the loop reads the clock itself
	alone   bool          // own is always true: there is no processor for the timer
	until   int64         // the loop calls look when steps reaches until; each operation decrements it
	first   uint64        // value of steps when counting began
	granted int           // number of operations since counting began

	// The step that has used up its first grant.
	step uint64
	left int // number of operations of that step that are not granted yet

	// The timer. It runs while the loop is busy. A short wait does not stop it.
	timer   *time.Timer
	running atomic.Bool
	due     time.Duration // by the clock of the loop; belongs to the goroutine that set running

	// If the loop reads the clock itself:
	stretch int           // number of steps and operations between two readings
	looked  time.Duration // time of the last reading
	began   time.Duration // time when the slice began
}

const never = math.MaxInt64

// init turns on the slices of a new loop, unless the loop must do the same in every run.
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

// leaveWait is called at the end of a wait.
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

// countFor begins to count. The loop calls look after n steps and operations.
func (l *Loop) countFor(n int) {
	l.slice.first, l.slice.granted = l.steps, 0
	l.slice.until = int64(l.steps) + int64(n)
}

// countOn begins to count, without a limit: the timer ends the slice.
func (l *Loop) countOn() {
	l.countFor(0)
	l.slice.until = never
}

// count counts n operations.
func (s *timeSlices) count(n int) {
	s.granted += n
	s.until -= int64(n)
}

// counted returns the number of steps and operations since counting began.
func (l *Loop) counted() int { return l.slice.granted + int(l.steps-l.slice.first) }

// lookYourself makes the loop read the clock itself.
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

// stretchTo makes the loop read the clock after n steps and operations.
func (l *Loop) stretchTo(n int) {
	l.slice.stretch = n
	l.grant = min(n, longestGrant)
	l.countFor(n)
}

// grantMore is called when a step has used up its grant. It reports whether the step may go on.
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

// startSlices starts the timer, unless it is running.
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
		s.timer = time.AfterFunc(time.Hour, l.tick) // an hour, because tick needs s.timer
	}
	s.timer.Reset(timeSlice)
}

// tick ends the slice. The timer calls it on a goroutine of its own.
func (l *Loop) tick() {
	s := &l.slice
	if l.rests() {
		s.running.Store(false)
		if l.rests() || s.running.Swap(true) {
			return
		}
		// The loop has just left its wait, and may have seen that the timer is running.
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

// rests reports whether the loop waits or is not running. Any goroutine may call rests.
func (l *Loop) rests() bool { return !l.running.Load() || l.signal.Load() == parked }

// mayBeOver reports whether the loop must call look. It is small enough to be inlined.
func (l *Loop) mayBeOver() bool {
	return l.slice.over.Load() > sliceOwn || int64(l.steps) >= l.slice.until
}

// look reports whether the slice is over. If it is, look begins the next one. If the count has
// reached its limit, look first reads the clock or starts the timer.
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
	// The next reading is after an eighth of a slice, at the speed of this stretch. The stretch
	// at most doubles, because finding out too late that operations have become slow is worse
	// than reading the clock too often.
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
	case s.own: // the timer was in time
		s.own = false
		l.startSlices()
	case now == sliceLate:
		l.lookYourself()
	case s.on:
		// The grant is an eighth of a slice. So a step exceeds its slice by an eighth at most.
		l.grant = min(max(l.counted()/8, 1), longestGrant)
		l.countOn()
	}
}
