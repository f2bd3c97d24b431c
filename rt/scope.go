package rt

// This file implements cancellation. Cancellation is level-triggered: once a scope is
// cancelled, every await inside it fails until the scope is left.
//
// The open scopes of a task form a stack. The outermost scope may lie in a scope of another
// task that started this one (as in Gather):
//
//	task.scope -> outer -> ... -> a scope of the starting task -> outer -> ...
//
// Task.Cancel cancels a task as a whole, outside of its own scopes. A flag of the task says
// whether the task is cancelled now. Every change of a scope updates the flag, by updateFlag
// or, if the change concerns other tasks and contexts, too, by updateCancelled.

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"time"
)

// A CanceledError is the error of an await in a cancelled scope. It is context.DeadlineExceeded
// if the scope timed out, and context.Canceled otherwise.
type CanceledError struct {
	Cause   error // the argument of Cancel; may be nil
	Timeout bool
}

func (e *CanceledError) Error() string {
	text := e.standard().Error()
	switch cause := e.Cause.(type) {
	case nil:
		return text
	case *Panic:
		return text + ": " + cause.summary() // the report of the panic contains the stack
	default:
		why := cause.Error()
		if why == text || strings.HasPrefix(why, text+": ") {
			return why // the cause is a cancellation whose text says it already
		}
		return text + ": " + why
	}
}

// Is reports whether target is the error of package context that corresponds to e. For a
// timeout it also reports true for the timeout error of package net.
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

// A Scope is a part of the life of a task that can be cancelled on its own. The Open methods of
// [Task] open a scope, and Close ends it:
//
//	s := t.OpenTimeout(time.Second)
//	defer s.Close()
//
// The scopes of a task are closed in the reverse order of their opening. Closing a scope also
// closes the scopes inside it.
//
// A Scope is a [context.Context], for libraries that need one. The context ends when the scope
// is closed, when it is cancelled, or when an outer scope is cancelled and no shield lies
// between. context.Cause returns the reason. Any goroutine may call the methods of Context. The
// other methods may be called only on the loop.
type Scope struct {
	task   *Task
	outer  *Scope // changed under ctx.mu, because other goroutines read it
	err    error  // why this scope itself is cancelled
	shield bool
	timer  timer
	group  *group   // group of the tasks started in the scope; may be nil
	vars   bindings // variables of the task when the scope was opened
	bound  *bound   // the context it was opened for; nil: none

	ctx scopeContext
}

// OpenScope opens a scope. [Scope.Cancel] cancels it.
func (t *Task) OpenScope() *Scope { return t.open(false) }

// OpenTimeout opens a scope that is cancelled after d, or at once if d is not
// positive.
func (t *Task) OpenTimeout(d time.Duration) *Scope {
	s := t.open(false)
	s.SetTimeout(d)
	return s
}

// OpenTimeoutAt is like [Task.OpenTimeout], but cancels the scope at the time when, by
// [Loop.Now]. If when is zero, there is no deadline.
func (t *Task) OpenTimeoutAt(when time.Time) *Scope {
	s := t.open(false)
	s.SetDeadline(when)
	return s
}

// OpenShield opens a scope that hides every cancellation from outside. Awaits in it fail only
// if the scope itself is cancelled. Give the scope a timeout if it might have to wait for ever.
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

// Close closes the scope and the scopes that were opened in it. Closing a scope twice does
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
	t.updateFlag() // nothing changes for tasks in the outer scopes
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

// Cancel makes every await in the scope fail with a [*CanceledError] around cause, which may be
// nil. It does nothing if the scope is cancelled already, or closed.
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

// SetTimeout sets the deadline of the scope to d from now, in place of an earlier deadline. If
// d is not positive, the scope is cancelled at once. If the scope is cancelled already, or
// closed, SetTimeout does nothing and reports false.
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

// SetDeadline sets the deadline of the scope to when, by [Loop.Now], in place of an earlier
// deadline. If when is zero, there is no deadline. If when is past, the scope is cancelled at
// once. The result is that of [Scope.SetTimeout]. SetDeadline corresponds to reschedule of
// asyncio.
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

// Expired reports whether the scope was cancelled because it timed out.
func (s *Scope) Expired() bool {
	e, ok := s.err.(*CanceledError)
	return ok && e.Timeout
}

// String returns the state of s.
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

// Cause returns the error with which this scope itself was cancelled, or nil. It shows whether
// this scope made an await fail.
func (s *Scope) Cause() error { return s.err }

// cancellation returns why t is cancelled now, or nil.
func (t *Task) cancellation() error { return effective(t, t.scope) }

// effective returns why an await of t directly in s fails, or nil.
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
		t = s.task // s.task started t in s
	}
}

// updateFlag updates the flag that says whether t is cancelled now, and returns the reason.
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

// updateCancelled updates everything that depends on the scopes of t: the flags of t and of the
// tasks started in the scopes, and the contexts.
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

// Timeout waits for x. After d, or at once if d is not positive, it cancels x. The error is
// then the error that x returns, by default a [*CanceledError] that is
// context.DeadlineExceeded. If x returns a value nevertheless, the value is kept. If the task
// is cancelled, too, that cancellation is the error. A timeout of an outer scope is
// context.DeadlineExceeded as well. Where the difference matters, open a scope with
// [Task.OpenTimeout] and call [Scope.Expired].
func Timeout[T any](d time.Duration, x Expr[T]) TimeoutOp[T] { return TimeoutOp[T]{d: d, x: x} }

// TimeoutAt is like [Timeout], but cancels x at the time when, by [Loop.Now]. If when is zero,
// there is no deadline.
func TimeoutAt[T any](when time.Time, x Expr[T]) TimeoutOp[T] {
	d := when.Sub(time.Unix(0, 0)) // limited to 292 years
	if when.IsZero() {
		d = math.MaxInt64
	}
	return TimeoutOp[T]{d: d, absolute: true, x: x}
}

// A TimeoutOp is the operation that [Timeout] returns.
type TimeoutOp[T any] struct {
	d        time.Duration // time since 1970 if absolute
	absolute bool
	x        Expr[T]
	inner    Awaitable[T]
	stage    Stage
	scope    *Scope
}

// Poll implements [Awaitable].
func (o *TimeoutOp[T]) Poll(t *Task) (v T, err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Timeout")
	if err == nil && !ready {
		return v, nil, false
	}
	if first { // if t is cancelled, x sees it
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
	if !ready {
		o.stage.Suspend(t)
	} else if err != nil && o.scope.err == err {
		if outer := t.Err(); outer != nil { // the timeout does not matter if the task is cancelled, too
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

// Shield waits for x and hides from x every cancellation from outside. The next await fails.
// Put a [Timeout] inside the shield if x might never end.
//
// asyncio.shield is different: it stops waiting. A Timeout around a Shield ends no sooner than
// x. To stop waiting for x when cancelled and let x go on, spawn x and await the task.
func Shield[T any](x Expr[T]) ShieldOp[T] { return ShieldOp[T]{x: x} }

// A ShieldOp is the operation that [Shield] returns.
type ShieldOp[T any] struct {
	x     Expr[T]
	inner Awaitable[T]
	stage Stage
	scope *Scope
}

// Poll implements [Awaitable].
func (o *ShieldOp[T]) Poll(t *Task) (v T, err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Shield")
	if err == nil && !ready {
		return v, nil, false
	}
	if first { // if t is cancelled, x sees it
		o.inner = o.x.Awaitable()
		o.scope = t.OpenShield()
	}
	v, err, ready = pollIn(t, o.scope, o.inner)
	if !ready {
		o.stage.Suspend(t)
	}
	return v, err, ready
}

// Awaitable implements [Expr].
func (o ShieldOp[T]) Awaitable() Awaitable[T] { return &o }

// Where implements [Locator].
func (o *ShieldOp[T]) Where() (line string, on any) { return "", o.inner }

// Loop returns the loop that x belongs to, or nil.
func (o ShieldOp[T]) Loop() *Loop { return loopOf(o.x) }

// Parts implements [Composite].
func (o ShieldOp[T]) Parts() []any { return []any{o.x} }

// pollIn polls x and closes s unless x suspends. If x panics, pollIn closes s, too.
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
