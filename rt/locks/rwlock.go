package locks

// This file is the lock for readers and writers.

import (
	"errors"
	"fmt"

	"github.com/coroutinegen/coroutinegen/rt"
)

// An RWLock is held by one writer or by any number of readers. The zero RWLock
// is ready for use; it must not be copied.
//
// Readers and writers stand in one line: a reader that comes after a writer
// waits for it, so neither kind can starve the other. It follows, as for
// sync.RWMutex, that a task that holds the lock for reading must not acquire it
// again: with a writer between the two it would wait for ever.
type RWLock struct {
	home    rt.Home
	writer  *rt.Task
	readers int
	line    rt.Line[RWLockOp]
}

// Acquire returns the operation that makes the task the writer that holds the
// lock, waiting until that is free. If its error is nil the task holds the
// lock, otherwise it does not.
func (l *RWLock) Acquire() RWLockOp { return RWLockOp{l: l} }

// AcquireRead returns the operation that makes the task one of the readers that
// hold the lock, waiting until no writer holds it, and none waits that came
// before.
func (l *RWLock) AcquireRead() RWLockOp { return RWLockOp{l: l, read: true} }

// TryAcquire makes t the writer that holds the lock, if that is free.
func (l *RWLock) TryAcquire(t *rt.Task) bool { return l.try(t, false) }

// TryAcquireRead makes t a reader that holds the lock, if it need not wait.
func (l *RWLock) TryAcquireRead(t *rt.Task) bool { return l.try(t, true) }

func (l *RWLock) try(t *rt.Task, read bool) bool {
	l.home.Enter(t, "lock")
	if !l.free(read) {
		return false
	}
	l.grant(t, read)
	return true
}

// free reports whether somebody who comes now need not wait.
func (l *RWLock) free(read bool) bool { return l.admits(read) && l.line.Empty() }

// admits reports whether those who hold the lock let in one more.
func (l *RWLock) admits(read bool) bool { return l.writer == nil && (read || l.readers == 0) }

func (l *RWLock) grant(t *rt.Task, read bool) {
	if read {
		l.readers++
	} else {
		l.writer = t
	}
}

// serve lets in whoever is next, as far as that is possible.
func (l *RWLock) serve() {
	for {
		op := l.line.ServeIf(func(op *RWLockOp) bool { return l.admits(op.read) })
		if op == nil {
			return
		}
		l.grant(op.waiter.Task(), op.read)
	}
}

// Release ends the hold of a writer. Only the task that acquired it may do so,
// others panic.
func (l *RWLock) Release() {
	if l.writer == nil {
		panic(errors.New("release of a lock that no writer holds: a reader calls ReleaseRead"))
	}
	if t := l.home.Current(); t != l.writer {
		panic(fmt.Errorf("%s releases a lock that %s holds", who(t), l.writer))
	}
	l.writer = nil
	l.serve()
}

// ReleaseRead ends the hold of one reader. It panics if there is none.
func (l *RWLock) ReleaseRead() {
	if l.readers == 0 {
		panic(errors.New("release of a lock that no reader holds: a writer calls Release"))
	}
	l.readers--
	l.serve()
}

// Locked reports whether a writer holds the lock.
func (l *RWLock) Locked() bool { return l.writer != nil }

// Readers returns the number of readers that hold the lock.
func (l *RWLock) Readers() int { return l.readers }

// String tells who holds the lock and how many wait.
func (l *RWLock) String() string {
	switch {
	case l.writer != nil:
		return "lock of " + holder(l.writer) + waiting(l.line.Len())
	case l.readers > 0:
		return fmt.Sprintf("lock of %d readers", l.readers) + waiting(l.line.Len())
	}
	return "lock, free"
}

// An RWLockOp is the operation that [RWLock.Acquire] and [RWLock.AcquireRead]
// return.
type RWLockOp struct {
	l      *RWLock
	read   bool
	begun  bool
	waiter rt.Waiter[RWLockOp]
}

// Poll implements [rt.Awaitable].
func (o *RWLockOp) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	return rt.PollContender(t, o, &o.begun)
}

// Try implements [rt.Contender].
func (o *RWLockOp) Try(t *rt.Task) (_ rt.Void, err error, ready bool) {
	return rt.Void{}, nil, o.l.try(t, o.read)
}

// Attempt implements [rt.Contender].
func (o *RWLockOp) Attempt(t *rt.Task, c *rt.Claim) (_ rt.Void, err error, ready bool) {
	l := o.l
	l.home.Enter(t, "lock")
	switch {
	case o.waiter.Collect():
		ready = true
	case o.waiter.Waiting():
	case l.writer == t:
		panic(fmt.Errorf("%s acquires a lock that it holds: it would wait for itself for ever", t))
	case !l.free(o.read):
		l.line.Join(t, o, &o.waiter, c)
	case c.Take():
		l.grant(t, o.read)
		ready = true
	}
	return rt.Void{}, nil, ready
}

// Withdraw implements [rt.Contender]. A writer that leaves may have held up
// readers behind it.
func (o *RWLockOp) Withdraw(*rt.Task) bool {
	waited := o.waiter.Waiting()
	left := o.waiter.Leave()
	if waited {
		o.l.serve()
	}
	return left
}

// Where implements [rt.Locator].
func (o *RWLockOp) Where() (line string, on any) { return "", behind(o.l.writer) }

// Awaitable implements [rt.Expr].
func (o RWLockOp) Awaitable() rt.Awaitable[rt.Void] { return &o }

// Contender implements [rt.Selectable].
func (o RWLockOp) Contender() rt.Contender[rt.Void] { return &o }
