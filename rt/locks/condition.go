package locks

// This file implements the condition.

import (
	"errors"
	"fmt"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A Condition lets a task that holds a lock wait until another task tells it that something has
// changed. The other task holds the lock in the meantime. A Condition corresponds to
// asyncio.Condition.
type Condition struct {
	*Lock
	line rt.Line[ConditionOp]
}

// NewCondition returns a condition for the lock l. If l is nil, the condition gets
// a lock of its own.
func NewCondition(l *Lock) *Condition {
	if l == nil {
		l = new(Lock)
	}
	return &Condition{Lock: l}
}

// Wait returns the operation that releases the lock, waits for Notify and
// acquires the lock again. When it ends, the task holds the lock again, with an
// error, too. It panics if the task does not hold the lock when it begins.
//
// If the error is nil, the task was notified. A task that is cancelled after it
// was notified keeps the notification, which may have been meant for one task
// only.
func (c *Condition) Wait() ConditionOp { return ConditionOp{c: c} }

// WaitFor waits, as [Condition.Wait] does, until holds returns true. WaitFor calls
// holds while the task holds the lock: at first, and after each notification. The
// function holds must not await.
func (c *Condition) WaitFor(holds func() bool) ConditionOp {
	return ConditionOp{c: c, holds: holds}
}

// Notify lets up to n of the tasks that wait acquire the lock again. The tasks
// that have waited longest come first, and all of them come before the tasks that
// ask for the lock later. Notify panics if the current task does not hold the lock.
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

// NotifyAll is [Condition.Notify] for all tasks that wait.
func (c *Condition) NotifyAll() { c.Notify(c.line.Len()) }

// String describes the lock, and says how many tasks wait to be notified.
func (c *Condition) String() string {
	return fmt.Sprintf("condition, %d waiting for it; %s", c.line.Len(), c.Lock)
}

// A ConditionOp is the operation that [Condition.Wait] returns.
type ConditionOp struct {
	c      *Condition
	holds  func() bool // nil: the operation waits for one notification
	stage  rt.Stage
	back   bool  // it acquires the lock again, whatever happens
	err    error // error of a cancellation while it waited
	waiter rt.Waiter[ConditionOp]
	lock   LockOp // acquires the lock again
}

// Poll implements [rt.Awaitable].
func (o *ConditionOp) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Condition.Wait")
	if err != nil || !ready {
		return rt.Void{}, err, ready
	}
	if first {
		if o.c.owner != t {
			panic(errors.New("a task waits for a condition without holding its lock: acquire it first"))
		}
		o.lock.l = o.c.Lock
		if o.holds == nil {
			return o.wait(t)
		}
		return o.check(t)
	}
	if !o.back {
		if !o.waiter.Collect() {
			if o.err = t.Err(); o.err == nil {
				o.stage.Suspend(t)
				return rt.Void{}, nil, false
			}
			o.waiter.Leave()
		}
		o.back = true
	}
	if _, _, ready := o.lock.Attempt(t, nil); !ready {
		o.stage.Suspend(t)
		return rt.Void{}, nil, false
	}
	if o.err != nil || o.holds == nil {
		return rt.Void{}, o.err, true
	}
	return o.check(t)
}

// check ends the wait if holds returns true. The task holds the lock.
func (o *ConditionOp) check(t *rt.Task) (_ rt.Void, err error, ready bool) {
	if o.holds() {
		return rt.Void{}, nil, true
	}
	if err := t.Err(); err != nil {
		return rt.Void{}, err, true
	}
	return o.wait(t)
}

// wait releases the lock and joins the line.
func (o *ConditionOp) wait(t *rt.Task) (_ rt.Void, err error, ready bool) {
	o.back = false
	o.stage.Suspend(t)
	o.c.line.Join(t, o, &o.waiter, nil)
	o.c.pass()
	return rt.Void{}, nil, false
}

// Awaitable implements [rt.Expr].
func (o ConditionOp) Awaitable() rt.Awaitable[rt.Void] { return &o }
