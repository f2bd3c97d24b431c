package rt

// This file implements Wait, which waits for some of several tasks and futures. Wait is not a
// select: it takes no result, so nothing competes and there is no claim, and one await may find
// several of them ended.

import (
	"slices"
	"time"
)

// Until says when a [Wait] ends.
type Until uint8

// The conditions for the end of a [Wait].
const (
	AllDone        Until = iota // all have ended
	FirstCompleted              // at least one has ended
	FirstError                  // at least one has failed or was cancelled, or all have ended
)

// A Waitable is something that ends: a [*Task], a [*TaskOf], a [*Future].
type Waitable interface {
	Done() bool
	erred() bool      // has ended with an error
	watch(by *Task)   // wakes by at the end
	unwatch(by *Task) // undoes watch
	shown()           // somebody was told that it has ended
}

// Wait returns the operation that waits until xs, tasks or futures, have ended as far as until
// says. It corresponds to asyncio.wait: unlike [Gather] it starts nothing, cancels nothing, and
// does not return results. If there is nothing to wait for, Wait ends at once. If xs have one
// type, so have the elements of the result.
func Wait[W Waitable](until Until, xs ...W) WaitOp[W] { return WaitOp[W]{until: until, xs: xs} }

// Waited is the result of [Wait]: xs in their order, in two parts.
type Waited[W Waitable] struct{ Done, Pending []W }

// A WaitOp is the operation that [Wait] returns.
type WaitOp[W Waitable] struct {
	until   Until
	limited bool
	limit   time.Duration
	xs      []W
	stage   Stage
	state   *waiting // nil: before the first poll
}

type waiting struct {
	timer timer
	left  []Waitable // those that had not ended at the last look
	late  bool       // the timeout passed in an earlier turn
}

// For limits the wait to d. A timeout is no error: the result says what has ended by then, or
// ends at that very moment.
func (o WaitOp[W]) For(d time.Duration) WaitOp[W] {
	o.limited, o.limit = true, d
	return o
}

// Poll implements [Awaitable].
func (o *WaitOp[W]) Poll(t *Task) (v Waited[W], err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Wait")
	if err != nil || !ready {
		return v, err, ready
	}
	w := o.state
	if first {
		w = &waiting{left: make([]Waitable, len(o.xs))}
		o.state = w
		for i, x := range o.xs {
			w.left[i] = x
		}
		if o.over(w) {
			return o.result(), nil, true
		}
		for _, x := range w.left {
			x.watch(t)
		}
		if o.limited {
			t.loop.timers.arm(&w.timer, t.loop.after(max(o.limit, 0)), t)
		}
		o.stage.Suspend(t)
		return v, nil, false
	}
	over := o.over(w) || w.late
	if !over {
		if o.limited && w.timer.pos == 0 {
			w.late = true // but tasks that are due in this turn may not have run yet
			t.Wake()
		}
		if err = t.Err(); err == nil {
			o.stage.Suspend(t)
			return v, nil, false
		}
	}
	t.loop.timers.disarm(&w.timer)
	for _, x := range o.xs {
		x.unwatch(t)
	}
	if !over {
		return v, err, true
	}
	return o.result(), nil, true
}

// over reports whether there is nothing more to wait for.
func (o *WaitOp[W]) over(w *waiting) bool {
	before, erred := len(w.left), false
	w.left = slices.DeleteFunc(w.left, func(x Waitable) bool {
		done := x.Done()
		erred = erred || done && x.erred()
		return done
	})
	return len(w.left) == 0 || o.until == FirstCompleted && len(w.left) < before || o.until == FirstError && erred
}

func (o *WaitOp[W]) result() (v Waited[W]) {
	for _, x := range o.xs {
		if x.Done() {
			v.Done = append(v.Done, x)
			x.shown()
		} else {
			v.Pending = append(v.Pending, x)
		}
	}
	return v
}

// Where implements [Locator].
func (o *WaitOp[W]) Where() (line string, on any) {
	if o.state == nil || len(o.state.left) != 1 {
		return "", nil
	}
	return "", o.state.left[0]
}

// Awaitable implements [Expr].
func (o WaitOp[W]) Awaitable() Awaitable[Waited[W]] { return &o }

// Loop returns the loop that one of the tasks belongs to, or nil.
func (o WaitOp[W]) Loop() *Loop { return loopOfAny(o.Parts()) }

// Parts implements [Composite].
func (o WaitOp[W]) Parts() []any { return anys(o.xs) }

func (t *Task) erred() bool { return t.err != nil }

func (t *Task) watch(by *Task) {
	by.mayAwait(t)
	if !t.joined(by) {
		t.join(by)
	}
}

func (t *Task) unwatch(by *Task) { t.unjoin(by) }

// shown arranges that an error of t is reported if nobody asks for it.
func (t *Task) shown() {
	if t.err != nil {
		t.noteFailure()
	}
}

func (f *Future[T]) erred() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err != nil
}

func (f *Future[T]) watch(by *Task) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.done:
		by.Wake() // it ended after the last look
	case !slices.Contains(f.waiters, by):
		f.join(by)
	}
}

func (f *Future[T]) unwatch(by *Task) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if i := slices.Index(f.waiters, by); i >= 0 {
		f.leave(i)
	}
}

func (f *Future[T]) shown() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.noteFailure()
}
