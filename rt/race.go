package rt

// This file implements races: several awaitables run, and the first success counts.

import (
	"errors"
	"slices"
	"time"
)

// ErrNoContender is the error of a race without awaitables.
var ErrNoContender = errors.New("race without contenders")

// A Contest is the result of a race.
type Contest[T any] struct {
	Value  T
	Winner int // index of the awaitable that won
}

// Race starts each of xs as a task and waits for the first that succeeds. It then cancels the
// others and waits until they have ended. If all of them fail, the race fails with the one
// error or with a [*GroupError]. If one of them panics, the race panics.
//
// The cleaning up of a loser may fail. Its error then contains more than its cancellation. If
// the race has a winner, the loop reports that error (see [WithHandler]). If the race is
// cancelled, the error becomes a part of the error of the race.
//
// A loser may succeed at the moment in which it is cancelled. [RaceOp.Discard] disposes of
// results that have to be closed.
func Race[T any](xs ...Expr[T]) RaceOp[T] { return RaceOp[T]{xs: xs} }

// StaggeredRace is like [Race], but starts xs one after another. Each starts when the one
// before it has failed, or delay after the start of the one before it. Happy eyeballs (RFC
// 8305) is a staggered race. If delay is 0, all start at once. If delay is negative, each start
// waits for the failure of the one before it.
func StaggeredRace[T any](delay time.Duration, xs ...Expr[T]) RaceOp[T] {
	return RaceOp[T]{xs: xs, delay: delay}
}

// A RaceOp is the operation that [Race] returns.
type RaceOp[T any] struct {
	xs      []Expr[T]
	delay   time.Duration
	discard func(T)
	stage   Stage
	state   *race[T] // nil: before the first poll
}

type race[T any] struct {
	group  *group
	tasks  []*TaskOf[T]
	timer  timer
	winner int // -1: none yet
	errs   []error
	next   bool // the next contender is to start
}

// Discard sets a function that disposes of the results that come too late. fn is called when
// all contenders have ended, in the task that awaits the race.
func (o RaceOp[T]) Discard(fn func(T)) RaceOp[T] {
	o.discard = fn
	return o
}

// Poll implements [Awaitable].
func (o *RaceOp[T]) Poll(t *Task) (v Contest[T], err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Race")
	if err != nil || !ready {
		return v, err, ready
	}
	r := o.state
	if first {
		if len(o.xs) == 0 {
			return v, ErrNoContender, true
		}
		r = &race[T]{group: openGroup(t, collecting), winner: -1, next: true}
		r.group.onEnd = o.ended
		o.state = r
	}
	if t.Err() != nil {
		r.next = false
	}
	if len(r.tasks) < len(o.xs) && t.Err() == nil && (r.next || o.delay > 0 && r.timer.pos == 0) {
		o.start(t)
	}
	if r.group.live > 0 || r.next {
		o.stage.Suspend(t)
		return v, nil, false
	}
	t.loop.timers.disarm(&r.timer)
	cancelled := t.Err()
	r.group.finish(t)
	defer o.dispose()
	for _, task := range r.tasks {
		if task.Panic() != nil {
			r.winner = -1
			task.rethrow()
		}
	}
	switch {
	case r.winner >= 0:
		for _, loser := range r.tasks {
			if isMixed(loser.err) { // the cleaning up of the loser failed, which does not concern the race
				loser.noteFailure()
			}
		}
		return Contest[T]{r.tasks[r.winner].value, r.winner}, nil, true
	case cancelled != nil:
		errs := append([]error{cancelled}, slices.DeleteFunc(r.errs, func(err error) bool { return !isMixed(err) })...)
		return v, joined(errs), true
	}
	return v, joined(r.errs), true
}

// start starts the next contender, or all if there is no delay.
func (o *RaceOp[T]) start(t *Task) {
	r := o.state
	for {
		r.next = false
		r.tasks = append(r.tasks, startIn(r.group, o.xs[len(r.tasks)].Awaitable()))
		if o.delay != 0 || len(r.tasks) == len(o.xs) {
			break
		}
	}
	t.loop.timers.disarm(&r.timer)
	if o.delay > 0 && len(r.tasks) < len(o.xs) {
		t.loop.timers.arm(&r.timer, t.loop.after(o.delay), t)
	}
}

// ended records the end of a contender.
func (o *RaceOp[T]) ended(t *Task) {
	r := o.state
	owner := r.group.scope.task
	switch {
	case t.Panic() != nil:
		r.group.scope.Cancel(t.err)
	case t.err != nil:
		r.errs = append(r.errs, t.err)
		latest := t == &r.tasks[len(r.tasks)-1].Task
		if latest && r.winner < 0 && len(r.tasks) < len(o.xs) && owner.flags&taskCancelled == 0 {
			r.next = true
			owner.Wake()
		}
	case r.winner < 0:
		for i, task := range r.tasks {
			if t == &task.Task {
				r.winner = i
			}
		}
		r.group.scope.Cancel(nil)
	}
}

// dispose passes the results that did not win to discard.
func (o *RaceOp[T]) dispose() {
	if o.discard == nil {
		return
	}
	for i, task := range o.state.tasks {
		if i != o.state.winner && task.err == nil {
			o.discard(task.value)
		}
	}
}

// Where implements [Locator].
func (o *RaceOp[T]) Where() (line string, on any) {
	if o.state == nil {
		return "", nil
	}
	return o.state.group.waits(), nil
}

// Awaitable implements [Expr].
func (o RaceOp[T]) Awaitable() Awaitable[Contest[T]] { return &o }

// Loop returns the loop that one of xs belongs to, or nil.
func (o RaceOp[T]) Loop() *Loop { return loopOfAny(o.Parts()) }

// Parts implements [Composite].
func (o RaceOp[T]) Parts() []any { return anys(o.xs) }
