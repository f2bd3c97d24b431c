package rt

// This file implements the line, in which operations wait until somebody serves them. Package
// queues and package locks are made of it, and you can use it, too. Operations that wait for a
// task or a future do not use a line. Their tasks stand in a list of the task or the future:
// its end wakes all of them and hands over nothing, because the result stays.
//
// The code that serves an operation hands over at once what the operation waits for: the lock,
// the value, the permit. So that is always in exactly one place, and a cancellation that comes
// later finds the operation completed.

import (
	"fmt"
	"sync/atomic"
)

// A Line holds operations that wait. The operation that has waited longest is first. Joining a
// Line allocates nothing, and an operation may leave from any position. The zero Line is empty.
// A Line must not be copied. If goroutines share a Line, a lock must guard the Line and its
// Waiters.
type Line[Op any] struct {
	_           noCopy
	first, last *Waiter[Op]
	outside     bool // other goroutines may serve the line: see [Loop.Outside]
}

// noCopy lets go vet find copies of values that must not be copied.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

// A Waiter is the place of an operation in a [Line]. It is a field of the operation and must
// not be copied while the operation waits. The zero Waiter stands in no line.
type Waiter[Op any] struct {
	op         *Op
	task       *Task       // nil: a goroutine waits
	claim      *Claim      // nil: the operation is not part of a select
	line       *Line[Op]   // nil: in no line; after JoinThreadsafe kept until Collect
	prev, next *Waiter[Op] // next points to the waiter itself once it was served
}

// Join puts op, whose Waiter is p, at the end of the line. op waits for the task t. c is the
// claim of the [Select] that op is part of, or nil.
func (l *Line[Op]) Join(t *Task, op *Op, p *Waiter[Op], c *Claim) {
	*p = Waiter[Op]{op: op, task: t, claim: c, line: l, prev: l.last}
	if l.last != nil {
		l.last.next = p
	} else {
		l.first = p
	}
	l.last = p
}

// JoinThreadsafe is [Line.Join] for a line that only [Line.ServeThreadsafe] serves. The caller
// holds the lock that guards the line. The operation counts for [Loop.Outside] while it waits.
// If t is nil, a goroutine waits: see [BlockContender].
func (l *Line[Op]) JoinThreadsafe(t *Task, op *Op, p *Waiter[Op], c *Claim) {
	l.outside = true
	l.Join(t, op, p, c)
	p.count(1)
}

// count adds n to the count of [Loop.Outside] if other goroutines may serve the operation.
func (p *Waiter[Op]) count(n int) {
	if p.line != nil && p.line.outside && p.task != nil {
		p.task.loop.outside.note(false, n)
	}
}

// Serve removes the operation that has waited longest from the line, wakes its task and returns
// the operation. It returns nil if there is none. Serve passes over an operation whose task has
// ended, and one that is part of a [Select] in which another operation has won. The caller then
// gives the operation what it waited for. That must happen before the operation is polled
// again.
//
// Serve prefers other operations to one whose task was cancelled and has not run since, because
// such a task is likely to lose what it is given. Serve looks past 100 such operations at most.
// If only such operations are left, the first of them is served: the cancellation may be taken
// back before its task runs.
func (l *Line[Op]) Serve() *Op {
	if l.first == nil { // the common case, small enough to be inlined
		return nil
	}
	return l.serve(nil)
}

// ServeIf is like [Line.Serve], but serves the operation only if fits reports true for it.
// Otherwise the operations behind it wait, too.
func (l *Line[Op]) ServeIf(fits func(*Op) bool) *Op { return l.serve(fits) }

func (l *Line[Op]) serve(fits func(*Op) bool) *Op {
	late := 0
	for p := l.first; p != nil && late < mostLate; p = p.next {
		if p.task.leaving() {
			late++
		} else if op, decided := p.serveIf(fits); decided {
			return op
		}
	}
	for p := l.first; p != nil && late > 0; p = p.next {
		if p.task.flags&taskDone != 0 {
			continue
		}
		if op, decided := p.serveIf(fits); decided {
			return op
		}
	}
	return nil
}

// serveIf serves p if fits reports true for it. It decides nothing if p is part of a select in
// which another operation has won.
func (p *Waiter[Op]) serveIf(fits func(*Op) bool) (op *Op, decided bool) {
	switch {
	case p.claim.Taken():
		return nil, false
	case fits != nil && !fits(p.op):
		return nil, true
	case p.claim.Take():
		return p.serve(), true
	}
	return nil, false
}

// mostLate is the number of cancelled tasks that Serve passes over in search of one that is not
// cancelled. If very many tasks are cancelled at once, it would take too long to look at all of
// them in each call.
const mostLate = 100

// leaving reports whether t has ended, or was cancelled and has not run since.
func (t *Task) leaving() bool {
	const cancelled = taskCancelled | taskReady // a cancellation sets both flags
	return t.flags&taskDone != 0 || t.flags&cancelled == cancelled
}

func (p *Waiter[Op]) serve() *Op {
	p.remove()
	p.next = p
	p.task.Wake()
	return p.op
}

// ServeThreadsafe is [Line.Serve] for a line in which tasks of several loops wait. The caller
// holds the lock that guards the line, so the operation cannot poll before it is given what it
// waited for. ServeThreadsafe removes operations whose loop was closed. It cannot see which
// tasks are cancelled.
func (l *Line[Op]) ServeThreadsafe() *Op {
	for p := l.first; p != nil; {
		this := p
		p = p.next
		if !this.claim.Take() {
			continue
		}
		if this.task == nil {
			close(this.claim.parked)
		} else if this.task.loop.send(this.task) != nil {
			this.remove()
			continue
		}
		this.remove()
		this.next, this.line = this, l // Collect uses the line to count
		return this.op
	}
	return nil
}

// Empty reports whether the line contains no operation that [Line.Serve] could serve.
func (l *Line[Op]) Empty() bool {
	for p := l.first; p != nil; p = p.next {
		if p.task.flags&taskDone == 0 && !p.claim.Taken() {
			return false
		}
	}
	return true
}

// Len returns the number of operations in the line. The time it takes grows with that number.
func (l *Line[Op]) Len() (n int) {
	for p := l.first; p != nil; p = p.next {
		if !p.claim.Taken() {
			n++
		}
	}
	return n
}

// Waiting reports whether the operation stands in a line. It panics if another task than that
// of the operation is running: the other task would never be woken.
func (p *Waiter[Op]) Waiting() bool {
	if p.line == nil || p.next == p {
		return false
	}
	p.mine()
	return true
}

// mine panics if another task than p.task is running.
func (p *Waiter[Op]) mine() {
	if p.task != nil {
		if t := p.task.loop.current; t != nil {
			p.task.mustBe(t)
		}
	}
}

// Task returns the task for which the operation waits or was served.
func (p *Waiter[Op]) Task() *Task { return p.task }

// Collect reports whether Serve took the operation out of the line. If so, it resets the
// waiter. Collect panics as Waiting does.
func (p *Waiter[Op]) Collect() bool {
	if p.next != p {
		return false
	}
	p.mine()
	p.count(-1)
	p.next, p.line, p.task, p.claim = nil, nil, nil, nil
	return true
}

// Leave takes the operation out of the line and resets the waiter. It reports false, and does
// nothing, if the operation was served.
func (p *Waiter[Op]) Leave() bool {
	if p.next == p {
		return false
	}
	if p.line != nil {
		p.count(-1)
		p.remove()
		p.task, p.claim = nil, nil
	}
	return true
}

// remove unlinks p.
func (p *Waiter[Op]) remove() {
	if p.prev != nil {
		p.prev.next = p.next
	} else {
		p.line.first = p.next
	}
	if p.next != nil {
		p.next.prev = p.prev
	} else {
		p.line.last = p.prev
	}
	p.line, p.prev, p.next = nil, nil, nil
}

// A Claim is what the operations of one [Select] compete for. The operation that takes the
// claim wins, and only then does what cannot be undone. Any goroutine may call the methods of a
// Claim.
type Claim struct {
	taken    uint32
	channels *channelWait  // has the claim until it is asked for the claim; nil: no such goroutine
	parked   chan struct{} // of a goroutine that waits; closed when the operation is served
}

// Take takes the claim and reports whether that succeeded. A nil Claim belongs to an operation
// without rivals, and Take succeeds.
func (c *Claim) Take() bool { return c == nil || c.take() }

func (c *Claim) take() bool {
	if atomic.LoadUint32(&c.taken) != 0 || c.channels != nil && !c.channels.giveUp() {
		return false
	}
	return atomic.CompareAndSwapUint32(&c.taken, 0, 1)
}

// Taken reports whether the claim was taken. A nil Claim is never taken.
func (c *Claim) Taken() bool { return c != nil && atomic.LoadUint32(&c.taken) != 0 }

// A Home is the loop that something shared by tasks belongs to. That is the loop of the first
// task that uses the thing, until that loop is closed.
type Home struct{ loop *Loop }

// Enter panics if t belongs to another loop. what is the name of the shared thing for the
// panic.
func (h *Home) Enter(t *Task, what string) {
	if h.loop != t.loop {
		h.move(t, what)
	}
}

func (h *Home) move(t *Task, what string) {
	if h.loop != nil && !h.loop.Closed() {
		panic(fmt.Errorf("%s uses the %s of another loop: let that loop use it, through its CallSoonThreadsafe, "+
			"or take what several loops may share, an rt.Future or a queue that is Threadsafe", t, what))
	}
	h.loop = t.loop
}

// Loop returns the loop, or nil.
func (h *Home) Loop() *Loop { return h.loop }

// Current returns the task that is running on the loop, or nil.
func (h *Home) Current() *Task {
	if h.loop == nil {
		return nil
	}
	return h.loop.current
}
