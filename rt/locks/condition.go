package locks

// This file is the condition.

import (
	"errors"
	"fmt"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A Condition lets a task that holds a lock wait until another that holds it
// tells that something has changed: asyncio.Condition.
type Condition struct {
	*Lock
	line rt.Line[ConditionOp]
}

// NewCondition returns a condition under l, or, if that is nil, under a lock of
// its own.
func NewCondition(l *Lock) *Condition {
	if l == nil {
		l = new(Lock)
	}
	return &Condition{Lock: l}
}

// Wait returns the operation that releases the lock, waits for Notify and
// acquires the lock again. Whatever its error, the task holds the lock again
// then; it panics if the task does not hold it at first.
//
// If the error is nil the task was notified. A task that is cancelled after
// that keeps the notification: it may be the only one to get it.
func (c *Condition) Wait() ConditionOp { return ConditionOp{c: c} }

// WaitFor is [Condition.Wait] until holds returns true. It is called while the
// task holds the lock, at first and after each notification, and must not
// await.
func (c *Condition) WaitFor(holds func() bool) ConditionOp {
	return ConditionOp{c: c, holds: holds}
}

// Notify lets up to n of the tasks that wait, those that have waited longest,
// acquire the lock again, in this order and before all who come later. The
// current task must hold the lock.
func (c *Condition) Notify(n int) {
	if t := c.home.Current(); t == nil || t != c.owner {
		panic(fmt.Errorf("%s notifies a condition without holding its lock: acquire it first", who(t)))
	}
	for ; n > 0; n-- {
		op := c.line.Serve()
		if op == nil {
			return
		}
		c.Lock.line.Join(op.waiter.Task(), &op.lock, lockWaiter(op), nil)
	}
}

func lockWaiter(op *ConditionOp) *rt.Waiter[LockOp] { return &op.lock.waiter }

// NotifyAll is [Condition.Notify] for all that wait.
func (c *Condition) NotifyAll() { c.Notify(c.line.Len()) }

// String tells about the lock, and how many wait to be notified.
func (c *Condition) String() string {
	return fmt.Sprintf("condition, %d waiting for it; %s", c.line.Len(), c.Lock)
}

// A ConditionOp is the operation that [Condition.Wait] returns.
type ConditionOp struct {
	c      *Condition
	holds  func() bool // nil: to be notified is enough
	state  conditionState
	err    error // why it was cancelled while it waited
	waiter rt.Waiter[ConditionOp]
	lock   LockOp // the way back to the lock
}

type conditionState uint8

const (
	conditionBegins  conditionState = iota
	conditionWaits                  // to be notified
	conditionReturns                // to the lock, whatever happens
)

// Poll implements [rt.Awaitable].
func (o *ConditionOp) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	switch o.state {
	case conditionBegins:
		if err, ready := t.Checkpoint(); err != nil || !ready {
			return rt.Void{}, err, ready
		}
		if o.c.owner != t {
			panic(errors.New("a task waits for a condition without holding its lock: acquire it first"))
		}
		o.lock.l = o.c.Lock
		if o.holds == nil {
			return o.wait(t)
		}
		return o.check(t)
	case conditionWaits:
		if !o.waiter.Collect() {
			o.waiter.Waiting() // for t, or it panics
			if o.err = t.Err(); o.err == nil {
				return rt.Void{}, nil, false
			}
			o.waiter.Leave()
		}
		o.state = conditionReturns
	}
	if _, _, ready := o.lock.Attempt(t, nil); !ready {
		return rt.Void{}, nil, false
	}
	if o.err != nil || o.holds == nil {
		return rt.Void{}, o.err, true
	}
	return o.check(t)
}

// check returns if what was waited for is so. The task holds the lock.
func (o *ConditionOp) check(t *rt.Task) (_ rt.Void, err error, ready bool) {
	if o.holds() {
		return rt.Void{}, nil, true
	}
	if err := t.Err(); err != nil {
		return rt.Void{}, err, true
	}
	return o.wait(t)
}

// wait lets go of the lock.
func (o *ConditionOp) wait(t *rt.Task) (_ rt.Void, err error, ready bool) {
	o.state = conditionWaits
	o.c.line.Join(t, o, &o.waiter, nil)
	o.c.pass()
	return rt.Void{}, nil, false
}

// Awaitable implements [rt.Expr].
func (o ConditionOp) Awaitable() rt.Awaitable[rt.Void] { return &o }
