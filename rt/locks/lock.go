package locks

// This file implements the lock.

import (
	"fmt"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A Lock is held by one task at a time. It corresponds to asyncio.Lock. The zero Lock is free
// and ready for use. A Lock must not be copied.
//
//	if err := co.Wait(lock.Acquire()); err != nil {
//		return err
//	}
//	defer lock.Release()
type Lock struct {
	home  rt.Home
	owner *rt.Task
	line  rt.Line[LockOp]
}

// Acquire returns the operation that waits until the lock is free and makes the
// task its holder. The task holds the lock if the error is nil, and only then. The
// operation panics if the task holds the lock already: the task would wait for
// itself for ever.
func (l *Lock) Acquire() LockOp { return LockOp{l: l} }

// TryAcquire makes t the holder of the lock if the lock is free, and reports
// whether it was.
func (l *Lock) TryAcquire(t *rt.Task) bool {
	l.home.Enter(t, "lock")
	if l.owner != nil {
		return false
	}
	l.owner = t
	return true
}

// Release gives the lock to the task that has waited longest. If no task waits, the
// lock is free. Release panics if the current task does not hold the lock: use a
// [Semaphore] where one task acquires and another releases.
func (l *Lock) Release() {
	if l.owner == nil {
		panic(fmt.Errorf("release of a lock that nobody holds: acquire it first, and release it once"))
	}
	if t := l.home.Current(); t != l.owner {
		panic(fmt.Errorf("%s releases a lock that %s holds: use a Semaphore if one task is to release what another acquired", who(t), l.owner))
	}
	l.pass()
}

// pass gives the lock to the next task in line, if there is one.
func (l *Lock) pass() {
	l.owner = nil
	if next := l.line.Serve(); next != nil {
		l.owner = next.waiter.Task()
	}
}

// Owner returns the task that holds the lock, or nil.
func (l *Lock) Owner() *rt.Task { return l.owner }

// Locked reports whether a task holds the lock.
func (l *Lock) Locked() bool { return l.owner != nil }

// String says which task holds the lock, and how many tasks wait.
func (l *Lock) String() string {
	if l.owner == nil {
		return "lock, free"
	}
	return "lock of " + holder(l.owner) + waiting(l.line.Len())
}

// who names the running task in a message.
func who(t *rt.Task) string {
	if t == nil {
		return "a callback"
	}
	return t.Name()
}

func holder(t *rt.Task) string {
	if t.Done() {
		return t.Name() + ", which has ended"
	}
	return t.Name()
}

func waiting(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d waiting", n)
}

// A LockOp is the operation that [Lock.Acquire] returns.
type LockOp struct {
	l      *Lock
	stage  rt.Stage
	waiter rt.Waiter[LockOp]
}

// Poll implements [rt.Awaitable].
func (o *LockOp) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Lock.Acquire")
	if err != nil || !ready {
		return rt.Void{}, err, ready
	}
	if first && o.l.TryAcquire(t) { // the common case
		return rt.Void{}, nil, true
	}
	o.stage.Suspend(t) // PollContender goes on from here
	return rt.PollContender(t, o, &o.stage)
}

// Try implements [rt.Contender].
func (o *LockOp) Try(t *rt.Task) (_ rt.Void, err error, ready bool) {
	return rt.Void{}, nil, o.l.TryAcquire(t)
}

// Attempt implements [rt.Contender].
func (o *LockOp) Attempt(t *rt.Task, c *rt.Claim) (_ rt.Void, err error, ready bool) {
	l := o.l
	l.home.Enter(t, "lock")
	switch {
	case o.waiter.Collect():
		ready = true
	case o.waiter.Waiting():
	case l.owner == t:
		panic(fmt.Errorf("%s acquires a lock that it holds: it would wait for itself for ever", t))
	case l.owner != nil:
		l.line.Join(t, o, &o.waiter, c)
	case c.Take():
		l.owner = t
		ready = true
	}
	return rt.Void{}, nil, ready
}

// Withdraw implements [rt.Contender].
func (o *LockOp) Withdraw(*rt.Task) bool { return o.waiter.Leave() }

// Where implements [rt.Locator]. A task that waits for the lock waits for its holder.
func (o *LockOp) Where() (line string, on any) { return "", behind(o.l.owner) }

// behind returns t, or nil if t has ended.
func behind(t *rt.Task) any {
	if t == nil || t.Done() {
		return nil
	}
	return t
}

// Awaitable implements [rt.Expr].
func (o LockOp) Awaitable() rt.Awaitable[rt.Void] { return &o }

// Contender implements [rt.Selectable].
func (o LockOp) Contender() rt.Contender[rt.Void] { return &o }
