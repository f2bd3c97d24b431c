package rt

// This file is the time slice: it bounds by time what is otherwise bound by counts
// only, how long a step and a turn last, so that one busy task does not hold up the
// rest. Nothing reads a clock for that, neither an await that is ready nor a step: a
// timer of the system sets a flag. The loop looks at it after each step, and a step
// after as many operations as are a part of a slice: the checkpoint only counts.
//
// Where nobody is there to run that timer, for want of a processor (GOMAXPROCS=1, or
// several loops at work), the loop reads the clock itself, after as many operations as
// took a part of a slice the last time.
//
// On a loop that is to be repeated, with a clock or a seed of its own, only counts
// bound.

import (
	"runtime"
	"sync/atomic"
	"time"
)

const (
	// timeSlice is how long tasks run before the loop looks at its timers and
	// descriptors, and how long one task runs if others are ready.
	timeSlice = 500 * time.Microsecond

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
	sliceRuns uint32 = iota
	sliceOwn         // the loop looks at the clock itself
	sliceOver        // let others run
	sliceLate        // and nobody was there to say so in time
)

// timeSlices is the time slices of a loop.
type timeSlices struct {
	over  atomic.Uint32 // one of the four above
	on    bool          // else only counts bound
	own   bool          // the loop looks at the clock itself
	fresh bool          // the first grant after a wait: the timer need not run

	// How a step looks at the flag, if the timer sets it:
	first   uint64 // value of steps when the slice began, or the wait ended
	granted int    // operations since then, besides the first grant of each step
	step    uint64 // the step that has used up its first grant
	left    int    // operations of that step that are not granted yet

	// The timer. It runs while the loop is at work, and goes on for a while if the
	// loop waits now and then.
	timer   *time.Timer
	running atomic.Bool
	due     time.Duration // by the clock; of whoever has set running

	// If the loop looks at the clock itself:
	alone   bool          // always: there is no processor for the timer
	stretch int           // between two looks, in operations and steps
	done    int           // of these since the last look
	looked  time.Duration // when that was
	began   time.Duration // when the slice began
}

// init turns the slices of a new loop on, if it need not be repeatable.
func (s *timeSlices) init(l *Loop) {
	_, real := l.clock.(realClock)
	s.on = real && l.shuffle == nil
	s.stretch = firstGrant
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
		s.own, s.fresh = false, true
		s.first = l.steps
		s.over.CompareAndSwap(sliceOwn, sliceRuns)
		l.grant = firstGrant
	}
}

// lookYourself lets the loop look at the clock itself.
func (l *Loop) lookYourself() {
	s := &l.slice
	if !s.own {
		s.own, s.stretch = true, firstGrant
	}
	s.fresh = false
	s.over.CompareAndSwap(sliceRuns, sliceOwn)
	s.looked = l.clock.Elapsed()
	s.began, s.done = s.looked, 0
	l.grant = min(s.stretch, stepBudget)
	l.budget = l.grant
}

// grantMore is called when a step has used up its grant. It reports whether the step
// goes on.
func (l *Loop) grantMore() bool {
	s := &l.slice
	if !s.on || s.own || s.over.Load() != sliceRuns {
		return false
	}
	if s.step != l.steps {
		s.step, s.left = l.steps, stepBudget-l.grant
	}
	if s.fresh {
		l.startSlices()
	}
	more := min(l.grant, s.left)
	s.left -= more
	s.granted += more
	l.budget = more
	return more > 0
}

// startSlices starts the timer, unless it runs.
func (l *Loop) startSlices() {
	s := &l.slice
	s.fresh = false
	l.grant = longestGrant
	s.first, s.granted = l.steps, 0
	if s.running.Swap(true) {
		return
	}
	s.due = l.clock.Elapsed() + timeSlice
	if s.timer == nil {
		s.timer = time.AfterFunc(time.Hour, l.tick)
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
	if now-s.due > timeSlice {
		s.over.Store(sliceLate)
	} else {
		s.over.Store(sliceOver)
	}
	s.due = now + timeSlice
	s.timer.Reset(timeSlice)
}

// rests reports whether the loop waits or is not running. Any goroutine may call it.
func (l *Loop) rests() bool { return !l.running.Load() || l.signal.Load() == parked }

// beginSlice is called when the loop has something to do, and reports whether the
// slice before was over.
func (l *Loop) beginSlice() (over bool) {
	return l.slice.over.Load() > sliceOwn && l.beginNextSlice()
}

func (l *Loop) beginNextSlice() (over bool) {
	s := &l.slice
	now := s.over.Load()
	s.over.Store(sliceRuns)
	// An eighth of a slice: a step that is longer than it should be is so by that.
	did := s.granted + int(l.steps-s.first)
	s.first, s.granted = l.steps, 0
	switch {
	case s.own && (now == sliceLate || !s.running.Load()):
		s.began = s.looked
		s.over.CompareAndSwap(sliceRuns, sliceOwn)
	case s.own: // said by the timer, and in time
		s.own = false
		l.grant = longestGrant
	case now == sliceLate:
		l.lookYourself()
	case s.on && !s.fresh:
		l.grant = min(max(did/8, 1), longestGrant)
	}
	return true
}

// endStep is called after a step, unless a slice runs whose end the timer will say. It
// reports whether the slice is over.
func (l *Loop) endStep() bool {
	s := &l.slice
	n := 1 + l.grant - l.budget
	l.budget = l.grant // a callback leaves it
	if s.own && s.done+n < s.stretch && s.over.Load() == sliceOwn {
		s.done += n // the common case, without two calls
		return false
	}
	return l.look(n)
}

// look is told that n operations and steps were done, and reports whether the slice is
// over.
func (l *Loop) look(n int) bool {
	if l.slice.own {
		l.worked(n)
	}
	return l.slice.over.Load() > sliceOwn
}

// worked is told that n operations and steps were done, on a loop that looks at the
// clock itself. It ends the slice if its time is up.
func (l *Loop) worked(n int) {
	s := &l.slice
	s.done += n
	if s.done < s.stretch {
		return
	}
	now := l.clock.Elapsed()
	took := now - s.looked
	// An eighth of a slice, next time: to learn that it takes longer is urgent, to
	// learn the other is not.
	want := s.stretch * 2
	if took > 0 {
		want = int(min(int64(s.done)*int64(timeSlice/8)/int64(took), int64(want)))
	}
	s.stretch = min(max(want, 1), longestStretch)
	l.grant = min(s.stretch, stepBudget)
	s.looked, s.done = now, 0
	if now-s.began >= timeSlice {
		s.over.CompareAndSwap(sliceOwn, sliceLate)
	}
}
