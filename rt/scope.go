package rt

// This file is cancellation. It is level-triggered: once a scope is cancelled,
// every await inside it fails until the scope is left.
//
// The open scopes of a task form a stack, and the outermost one may lie in a
// scope of another task, which started it (Gather does):
//
//	task.scope -> outer -> ... -> a scope of the starting task -> outer -> ...
//
// Outside of its own scopes, a task is cancelled as a whole by Task.Cancel.
// The answer to "is this task cancelled now?" is kept in a flag of the task;
// whatever changes it comes by updateFlag, or updateCancelled if it concerns more
// than the task.

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"time"
)

// A CanceledError is the error of an await in a cancelled scope. It is
// context.DeadlineExceeded if the time of the scope was up, and
// context.Canceled otherwise.
type CanceledError struct {
	Cause   error // as passed to Cancel; may be nil
	Timeout bool
}

func (e *CanceledError) Error() string {
	text := e.standard().Error()
	switch cause := e.Cause.(type) {
	case nil:
		return text
	case *Panic:
		return text + ": " + cause.summary() // its stack is reported by whoever reports the panic
	default:
		why := cause.Error()
		if why == text || strings.HasPrefix(why, text+": ") {
			return why // a cancellation that another one caused says it already
		}
		return text + ": " + why
	}
}

// Is reports whether target is the error of package context that e stands for,
// or, for a timeout, the one that package net reports.
func (e *CanceledError) Is(target error) bool {
	return target == e.standard() || e.Timeout && target == os.ErrDeadlineExceeded
}

// Unwrap returns the cause.
func (e *CanceledError) Unwrap() error { return e.Cause }

func (e *CanceledError) standard() error {
	if e.Timeout {
		return context.DeadlineExceeded
	}
	return context.Canceled
}

// A Scope is a part of the life of a task that can be cancelled by itself. It
// is made by the Open methods of [Task] and lasts until Close:
//
//	s := t.OpenTimeout(time.Second)
//	defer s.Close()
//
// Scopes of a task are closed in the reverse order of their opening; closing
// one closes those inside it. A Scope is also a [context.Context], for
// libraries that want one: it ends when the scope is cancelled, or an outer
// one is from which no shield protects it, or when it is closed; context.Cause
// tells why. The methods of Context may be called by any goroutine, the others
// only on the loop.
type Scope struct {
	task   *Task
	outer  *Scope // changed under ctx.mu, as other goroutines follow it
	err    error  // why this scope, by itself, is cancelled
	shield bool
	timer  timer
	group  *group   // of the tasks started in it
	vars   bindings // of the task when it was opened
	bound  *bound   // to a context; nil: to none

	ctx scopeContext
}

// OpenScope opens a scope, which is cancelled by [Scope.Cancel].
func (t *Task) OpenScope() *Scope { return t.open(false) }

// OpenTimeout opens a scope that is cancelled after d, or at once if d is not
// positive.
func (t *Task) OpenTimeout(d time.Duration) *Scope {
	s := t.open(false)
	s.SetTimeout(d)
	return s
}

// OpenTimeoutAt is [Task.OpenTimeout] with the moment, by [Loop.Now], at which
// the scope is cancelled. If when is zero, that is never.
func (t *Task) OpenTimeoutAt(when time.Time) *Scope {
	s := t.open(false)
	s.SetDeadline(when)
	return s
}

// OpenShield opens a scope that hides every cancellation from outside: awaits
// in it fail only if the scope is cancelled itself. Give it a timeout if what
// is awaited might never come.
func (t *Task) OpenShield() *Scope { return t.open(true) }

func (t *Task) open(shield bool) *Scope {
	t.watched()
	s := &Scope{task: t, outer: t.scope, shield: shield}
	if t.rare != nil {
		s.vars = t.rare.vars
	}
	t.scope = s
	if t.flags&taskCancelled != 0 {
		if err := t.updateFlag(); err != nil {
			s.endContext(err)
		}
	}
	return s
}

// Close leaves the scope, and those opened in it. Closing a scope twice does
// nothing.
func (s *Scope) Close() {
	t := s.task
	if !t.inScope(s) {
		return
	}
	for inner := t.scope; ; inner = inner.outer {
		t.loop.timers.disarm(&inner.timer)
		inner.endContext(context.Canceled)
		if inner.group != nil {
			inner.group.abandon()
		}
		if inner.bound != nil {
			inner.bound.stop()
		}
		if inner == s {
			break
		}
	}
	t.scope = s.outer
	t.updateFlag() // nothing changes for tasks in the scopes outside
}

// inScope reports whether s is an open scope of t.
func (t *Task) inScope(s *Scope) bool {
	for own := t.scope; own != nil && own.task == t; own = own.outer {
		if own == s {
			return true
		}
	}
	return false
}

// Cancel makes every await in the scope fail, with a [*CanceledError] around
// cause, which may be nil. Cancelling again, or after Close, does nothing.
func (s *Scope) Cancel(cause error) {
	s.task.loop.check("Scope.Cancel")
	s.cancel(&CanceledError{Cause: cause})
}

func (s *Scope) cancel(err error) {
	if s.err != nil || !s.task.inScope(s) {
		return
	}
	s.err = err
	s.task.loop.timers.disarm(&s.timer)
	s.task.updateCancelled()
}

// expire implements [expirer].
func (s *Scope) expire() { s.cancel(&CanceledError{Timeout: true}) }

// SetTimeout cancels the scope after d from now, instead of at an earlier
// deadline. If d is not positive the scope is cancelled at once. It reports
// false, and does nothing, if the scope is cancelled already or closed.
func (s *Scope) SetTimeout(d time.Duration) bool {
	if s.err != nil || !s.task.inScope(s) {
		return false
	}
	l := s.task.loop
	l.timers.disarm(&s.timer)
	when := l.after(d)
	s.setDeadline(l.clock.Epoch().Add(when))
	if d <= 0 {
		s.expire()
	} else {
		l.timers.arm(&s.timer, when, s)
		l.nudge()
	}
	return true
}

// SetDeadline cancels the scope when, by [Loop.Now], it is when, instead of at
// an earlier deadline, or never if when is zero. A time that is past is now.
// The result is that of [Scope.SetTimeout]. It is asyncio's reschedule.
func (s *Scope) SetDeadline(when time.Time) bool {
	if !when.IsZero() {
		return s.SetTimeout(when.Sub(s.task.loop.Now()))
	}
	if s.err != nil || !s.task.inScope(s) {
		return false
	}
	s.task.loop.timers.disarm(&s.timer)
	s.setDeadline(when)
	return true
}

// Expired reports whether the scope was cancelled because its time was up.
func (s *Scope) Expired() bool {
	e, ok := s.err.(*CanceledError)
	return ok && e.Timeout
}

// String says what has become of s.
func (s *Scope) String() string {
	switch {
	case s.Expired():
		return "scope (its time was up)"
	case s.err != nil:
		return fmt.Sprintf("scope (%v)", s.err)
	case !s.task.inScope(s):
		return "scope (closed)"
	}
	if when, ok := s.Deadline(); ok {
		return fmt.Sprintf("scope (open for %v)", when.Sub(s.task.loop.Now()))
	}
	return "scope (open)"
}

// Cause returns the error with which this scope, by itself, is cancelled, or
// nil. It tells whether it was this scope that made an await fail.
func (s *Scope) Cause() error { return s.err }

// cancellation returns why t is cancelled now.
func (t *Task) cancellation() error { return effective(t, t.scope) }

// effective returns why an await of t right in s fails, or nil.
func effective(t *Task, s *Scope) error {
	if t.flags&taskGoexit != 0 {
		return &CanceledError{Cause: errGoexit}
	}
	for {
		for s != nil && s.task == t {
			if s.err != nil {
				return s.err
			}
			if s.shield {
				return nil
			}
			s = s.outer
		}
		if t.rare != nil && t.rare.cancel != nil {
			return t.rare.cancel
		}
		if s == nil {
			return nil
		}
		t = s.task // it started t in s
	}
}

// updateFlag brings up to date whether t is cancelled now, and returns why.
func (t *Task) updateFlag() error {
	err := t.cancellation()
	if err == nil {
		t.flags &^= taskCancelled
	} else if t.flags&taskCancelled == 0 {
		t.flags |= taskCancelled
		t.Wake()
	}
	return err
}

// updateCancelled brings up to date what follows from the scopes of t: the
// flag, for t and for the tasks started in them, and the contexts.
func (t *Task) updateCancelled() {
	t.updateFlag()
	for s := t.scope; s != nil && s.task == t; s = s.outer {
		if err := effective(t, s); err != nil {
			s.endContext(err)
		}
		if s.group != nil {
			for _, member := range s.group.members {
				if !member.Done() {
					member.updateCancelled()
				}
			}
		}
	}
}

// Timeout waits for x, and cancels it after d, or at once if d is not
// positive: then the error is that of x, by default a [*CanceledError] that is
// context.DeadlineExceeded. A value that x delivers nevertheless is kept. If the
// task is cancelled as well, that is the error. The timeout of a scope around it is
// context.DeadlineExceeded, too: where that matters, open a scope of your own with
// [Task.OpenTimeout] and ask [Scope.Expired].
func Timeout[T any](d time.Duration, x Expr[T]) TimeoutOp[T] { return TimeoutOp[T]{d: d, x: x} }

// TimeoutAt is [Timeout] with the moment, by [Loop.Now], at which x is
// cancelled. If when is zero, that is never.
func TimeoutAt[T any](when time.Time, x Expr[T]) TimeoutOp[T] {
	d := when.Sub(time.Unix(0, 0)) // at most 292 years
	if when.IsZero() {
		d = math.MaxInt64
	}
	return TimeoutOp[T]{d: d, absolute: true, x: x}
}

// A TimeoutOp is the operation that [Timeout] returns.
type TimeoutOp[T any] struct {
	d        time.Duration // since 1970, if absolute
	absolute bool
	x        Expr[T]
	inner    Awaitable[T]
	scope    *Scope
}

// Poll implements [Awaitable].
func (o *TimeoutOp[T]) Poll(t *Task) (v T, err error, ready bool) {
	if o.scope == nil {
		if !t.mayGoOn() {
			return v, nil, false
		}
		o.inner = o.x.Awaitable()
		switch {
		case !o.absolute:
			o.scope = t.OpenTimeout(o.d)
		case o.d == math.MaxInt64:
			o.scope = t.OpenScope()
		default:
			o.scope = t.OpenTimeoutAt(time.Unix(0, int64(o.d)))
		}
	}
	v, err, ready = pollIn(t, o.scope, o.inner)
	if ready && err != nil && o.scope.err == err {
		if outer := t.Err(); outer != nil { // that the time was up as well is no matter any more
			err = outer
		}
	}
	return v, err, ready
}

// Awaitable implements [Expr].
func (o TimeoutOp[T]) Awaitable() Awaitable[T] { return &o }

// Where implements [Locator].
func (o *TimeoutOp[T]) Where() (line string, on any) { return "", o.inner }

// Loop returns the loop that x belongs to, or nil.
func (o TimeoutOp[T]) Loop() *Loop { return loopOf(o.x) }

// Parts implements [Composite].
func (o TimeoutOp[T]) Parts() []any { return []any{o.x} }

// Shield waits for x and hides from it every cancellation from outside. What
// is awaited next sees it. Put a [Timeout] inside if x might never come.
//
// It is not asyncio's shield, which gives up waiting: a Timeout around a Shield
// ends no sooner than x. To wait for x only until cancelled, and let x go on,
// spawn it and await the task.
func Shield[T any](x Expr[T]) ShieldOp[T] { return ShieldOp[T]{x: x} }

// A ShieldOp is the operation that [Shield] returns.
type ShieldOp[T any] struct {
	x     Expr[T]
	inner Awaitable[T]
	scope *Scope
}

// Poll implements [Awaitable].
func (o *ShieldOp[T]) Poll(t *Task) (v T, err error, ready bool) {
	if o.scope == nil {
		if !t.mayGoOn() {
			return v, nil, false
		}
		o.inner = o.x.Awaitable()
		o.scope = t.OpenShield()
	}
	return pollIn(t, o.scope, o.inner)
}

// Awaitable implements [Expr].
func (o ShieldOp[T]) Awaitable() Awaitable[T] { return &o }

// Where implements [Locator].
func (o *ShieldOp[T]) Where() (line string, on any) { return "", o.inner }

// Loop returns the loop that x belongs to, or nil.
func (o ShieldOp[T]) Loop() *Loop { return loopOf(o.x) }

// Parts implements [Composite].
func (o ShieldOp[T]) Parts() []any { return []any{o.x} }

// pollIn polls x and closes s unless x suspends; a panic counts as an end.
func pollIn[T any](t *Task, s *Scope, x Awaitable[T]) (v T, err error, ready bool) {
	s.task.mustBe(t)
	suspended := false
	defer func() {
		if !suspended {
			s.Close()
		}
	}()
	v, err, ready = x.Poll(t)
	suspended = !ready
	return v, err, ready
}
