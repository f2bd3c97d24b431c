package locks

// This file implements the lock for readers and writers.

import (
	"errors"
	"fmt"

	"github.com/coroutinegen/coroutinegen/rt"
)

// An RWLock is held by one writer or by any number of readers. The zero RWLock is
// free and ready for use. An RWLock must not be copied.
//
// Readers and writers stand in one line. A reader that comes after a writer waits
// for that writer, so neither kind can starve the other. Therefore, as with
// sync.RWMutex, a task that holds the lock for reading must not acquire it again:
// if a writer came between, the task would wait for ever.
type RWLock struct {
	home    rt.Home
	writer  *rt.Task
	readers int
	line    rt.Line[RWLockOp]
}

// Acquire returns the operation that waits until the lock is free and makes the
// task its writer. The task holds the lock if the error is nil, and only then.
func (l *RWLock) Acquire() RWLockOp { return RWLockOp{l: l} }

// AcquireRead returns the operation that makes the task one of the readers. It
// waits until no writer holds the lock, and until all writers that came before
// have had it.
func (l *RWLock) AcquireRead() RWLockOp { return RWLockOp{l: l, read: true} }

// TryAcquire makes t the writer if the lock is free, and reports whether it was.
func (l *RWLock) TryAcquire(t *rt.Task) bool { return l.try(t, false) }

// TryAcquireRead makes t a reader if t need not wait, and reports whether it did.
func (l *RWLock) TryAcquireRead(t *rt.Task) bool { return l.try(t, true) }

func (l *RWLock) try(t *rt.Task, read bool) bool {
	l.home.Enter(t, "lock")
	if !l.free(read) {
		return false
	}
	l.grant(t, read)
	return true
}

// free reports whether a task that comes now need not wait.
func (l *RWLock) free(read bool) bool { return l.admits(read) && l.line.Empty() }

// admits reports whether the lock has room for one more reader, or for a writer.
func (l *RWLock) admits(read bool) bool { return l.writer == nil && (read || l.readers == 0) }

func (l *RWLock) grant(t *rt.Task, read bool) {
	if read {
		l.readers++
	} else {
		l.writer = t
	}
}

// serve lets in the tasks at the head of the line, as far as there is room.
func (l *RWLock) serve() {
	for {
		op := l.line.ServeIf(func(op *RWLockOp) bool { return l.admits(op.read) })
		if op == nil {
			return
		}
		l.grant(op.waiter.Task(), op.read)
	}
}

// Release ends the hold of the writer. It panics if the current task is not the
// writer.
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

// ReleaseRead ends the hold of one reader. It panics if no reader holds the lock.
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

// String says who holds the lock, and how many tasks wait.
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
	stage  rt.Stage
	waiter rt.Waiter[RWLockOp]
}

// Poll implements [rt.Awaitable].
func (o *RWLockOp) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	return rt.PollContender(t, o, &o.stage)
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

// Withdraw implements [rt.Contender]. A writer that leaves the line may have held
// up readers behind it.
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
