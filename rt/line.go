package rt

// This file is the line: operations that wait until somebody serves them. It
// is the one mechanism under queues and everything in package locks, and for
// what you make yourself. Who waits for a task or a future stands in no line, but in a list
// of tasks there: the end wakes all of them and hands over nothing, for the result stays.
//
// Who serves an operation decides, then and there, what it waited for: hands
// over the lock, the value, the permit. So that is always in exactly one place,
// and a cancellation that comes later finds the operation complete.

import (
	"fmt"
	"sync/atomic"
)

// A Line holds operations that wait, the longest waiting first. Entering it
// allocates nothing, and one can leave from the middle. The zero Line is
// empty; it must not be copied. Whoever shares a Line between goroutines
// guards it, and the Waiters in it, by a lock.
type Line[Op any] struct {
	_           noCopy
	first, last *Waiter[Op]
	outside     bool // other goroutines may serve it: see [Loop.Outside]
}

// noCopy lets go vet find copies of what must not be copied.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

// A Waiter is where an operation stands in a [Line]: a field of the operation,
// which must not be copied while it waits. The zero Waiter stands in none.
type Waiter[Op any] struct {
	op         *Op
	task       *Task       // nil: it is a goroutine that waits
	claim      *Claim      // nil: the operation is awaited by itself
	line       *Line[Op]   // nil: in none; that of JoinThreadsafe until Collect
	prev, next *Waiter[Op] // next is the waiter itself: served
}

// Join puts op, whose Waiter is p, at the end of the line. It waits on behalf of
// t; c is the claim of the [Select] that it is part of, nil if of none.
func (l *Line[Op]) Join(t *Task, op *Op, p *Waiter[Op], c *Claim) {
	*p = Waiter[Op]{op: op, task: t, claim: c, line: l, prev: l.last}
	if l.last != nil {
		l.last.next = p
	} else {
		l.first = p
	}
	l.last = p
}

// JoinThreadsafe is [Line.Join] for a line that [Line.ServeThreadsafe] serves, and no
// other. The caller holds the lock that guards the line. While the operation waits, it
// counts for [Loop.Outside]. If t is nil, a goroutine waits: see [BlockContender].
func (l *Line[Op]) JoinThreadsafe(t *Task, op *Op, p *Waiter[Op], c *Claim) {
	l.outside = true
	l.Join(t, op, p, c)
	p.count(1)
}

// count counts the operation, if it is one that other goroutines may serve.
func (p *Waiter[Op]) count(n int) {
	if p.line != nil && p.line.outside && p.task != nil {
		p.task.loop.outside.note(false, n)
	}
}

// Serve takes the operation that has waited longest out of the line, wakes its
// task and returns it, nil if there is none. It is passed over if it is part of
// a [Select] in which another operation has won, or if its task has ended. The
// caller then gives it what it waited for; before it polls again, it must have
// that.
//
// One whose task was cancelled and has not run since comes after those behind it,
// unless very many are like it: what it is given is as good as lost. If nobody
// else is there it gets that all the same, for the cancellation may be taken back
// before the task runs.
func (l *Line[Op]) Serve() *Op {
	if l.first == nil { // as a rule; this much is inlined
		return nil
	}
	return l.serve(nil)
}

// ServeIf is [Line.Serve] if the operation that it would serve fits: those
// behind it wait, too.
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

// serveIf serves p if that fits. It decides nothing if p is part of a select in
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

// mostLate is how many cancelled tasks are passed over in search of one that is
// not: to look through all of a crowd that is cancelled at once, each time, would
// take for ever.
const mostLate = 100

// leaving reports whether t has ended, or was cancelled and is about to notice.
func (t *Task) leaving() bool {
	const cancelled = taskCancelled | taskReady // which a cancellation makes it
	return t.flags&taskDone != 0 || t.flags&cancelled == cancelled
}

func (p *Waiter[Op]) serve() *Op {
	p.remove()
	p.next = p
	p.task.Wake()
	return p.op
}

// ServeThreadsafe is [Line.Serve] for a line in which tasks of several loops
// wait. The caller holds the lock that guards the line, so that the operation
// cannot poll before it has what it waited for. Those whose loop was closed
// leave the line. It cannot see which tasks are cancelled.
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
		this.next, this.line = this, l // which Collect counts
		return this.op
	}
	return nil
}

// Empty reports whether nobody waits who could be served by [Line.Serve].
func (l *Line[Op]) Empty() bool {
	for p := l.first; p != nil; p = p.next {
		if p.task.flags&taskDone == 0 && !p.claim.Taken() {
			return false
		}
	}
	return true
}

// Len returns the number of operations in line. It counts them.
func (l *Line[Op]) Len() (n int) {
	for p := l.first; p != nil; p = p.next {
		if !p.claim.Taken() {
			n++
		}
	}
	return n
}

// Waiting reports whether the operation stands in a line. It panics if a task
// other than the one on whose behalf it waits asks: that one would wait for
// ever.
func (p *Waiter[Op]) Waiting() bool {
	if p.line == nil || p.next == p {
		return false
	}
	p.mine()
	return true
}

// mine panics if it is another task that runs.
func (p *Waiter[Op]) mine() {
	if p.task != nil {
		if t := p.task.loop.current; t != nil {
			p.task.mustBe(t)
		}
	}
}

// Task returns the task on whose behalf the operation waits or was served.
func (p *Waiter[Op]) Task() *Task { return p.task }

// Collect reports whether the operation was taken out of the line by Serve.
// The waiter is like new then. It panics as Waiting does.
func (p *Waiter[Op]) Collect() bool {
	if p.next != p {
		return false
	}
	p.mine()
	p.count(-1)
	p.next, p.line, p.task, p.claim = nil, nil, nil, nil
	return true
}

// Leave takes the operation out of the line, unless it was served already, and
// reports whether it was not. The waiter is like new then.
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

// A Claim is what the operations of one [Select] compete for: the one that
// takes it wins, and only then does what cannot be undone. Any goroutine may
// call its methods.
type Claim struct {
	taken    uint32
	channels *channelWait  // has the claim until it is asked; nil: nobody has
	parked   chan struct{} // of a goroutine that waits; closed when it is served
}

// Take takes the claim and reports whether that succeeded. A nil Claim is that
// of an operation without rivals: it succeeds.
func (c *Claim) Take() bool { return c == nil || c.take() }

func (c *Claim) take() bool {
	if atomic.LoadUint32(&c.taken) != 0 || c.channels != nil && !c.channels.giveUp() {
		return false
	}
	return atomic.CompareAndSwapUint32(&c.taken, 0, 1)
}

// Taken reports whether somebody has taken the claim. That of nil never is.
func (c *Claim) Taken() bool { return c != nil && atomic.LoadUint32(&c.taken) != 0 }

// A Home is the loop that something shared by tasks belongs to: that of the
// first task that uses it, until that loop is closed.
type Home struct{ loop *Loop }

// Enter panics if t belongs to another loop; what names the thing.
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

// Current returns the task that is running on the loop, nil if that is none.
func (h *Home) Current() *Task {
	if h.loop == nil {
		return nil
	}
	return h.loop.current
}
