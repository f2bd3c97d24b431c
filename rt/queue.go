package rt

// This file is the queue: values from task to task, in order.
//
// Whoever finds the queue full or empty waits in line and is served in line: a
// Put hands its value to the Get that has waited longest, and a Get that makes
// room lets in the value of the Put that has waited longest. So a value is
// always in exactly one place: with a Put that has not completed, in the
// queue, or with a Get that is going to return it, even if it is cancelled
// meanwhile. It follows that there are no Gets in line unless the queue is
// empty, and no Puts unless it is full.

import (
	"errors"
	"fmt"
)

// ErrQueueClosed is the error of Put on a closed [Queue], and of Get on one
// that is closed and empty.
var ErrQueueClosed = errors.New("queue is closed")

// A Queue passes values between the tasks of one loop, first in, first out.
// It belongs to the loop of the first task that uses it, and only the
// goroutine of that loop may use it; others pass a call of TryPut to
// [Loop.CallSoonThreadsafe].
type Queue[T any] struct {
	limit int
	loop  *Loop
	items []T // a ring
	head  int
	n     int
	gets  line[GetOp[T]]
	puts  line[PutOp[T]]
	shut  bool
}

// NewQueue returns a queue that holds up to limit values; if limit is not
// positive, any number.
func NewQueue[T any](limit int) *Queue[T] { return &Queue[T]{limit: limit} }

// Len returns the number of values in the queue. The values of Puts that wait
// for room are not in it.
func (q *Queue[T]) Len() int { return q.n }

// Put returns the operation that puts v into the queue, waiting for room. If
// its error is nil, v is in the queue; otherwise it is not.
func (q *Queue[T]) Put(v T) PutOp[T] { return PutOp[T]{q: q, v: v} }

// Get returns the operation that takes the oldest value out of the queue,
// waiting for one.
func (q *Queue[T]) Get() GetOp[T] { return GetOp[T]{q: q} }

// TryPut puts v into the queue, unless that is full or closed.
func (q *Queue[T]) TryPut(v T) bool {
	if q.shut || q.full() {
		return false
	}
	q.accept(v)
	return true
}

// TryGet takes the oldest value out of the queue, if there is one.
func (q *Queue[T]) TryGet() (v T, ok bool) {
	if q.n == 0 {
		return v, false
	}
	return q.take(), true
}

// Close lets no more values in. Puts that wait for room fail with
// [ErrQueueClosed]; Get goes on until the queue is empty, then fails with it.
// Closing a closed queue does nothing.
func (q *Queue[T]) Close() {
	q.shut = true
	for q.puts.first != nil {
		p := q.puts.first.op
		p.leave()
		p.shut = true
		p.task.Wake()
	}
	for q.gets.first != nil {
		g := q.gets.first.op
		g.leave()
		g.shut = true
		g.task.Wake()
	}
}

// Closed reports whether Close has been called.
func (q *Queue[T]) Closed() bool { return q.shut }

func (q *Queue[T]) full() bool { return q.limit > 0 && q.n >= q.limit }

// accept gives v to the first Get in line or else keeps it.
func (q *Queue[T]) accept(v T) {
	if q.gets.first != nil {
		g := q.gets.first.op
		g.leave()
		g.v = v
		g.task.Wake()
		return
	}
	if q.n == len(q.items) {
		bigger := make([]T, max(8, 2*q.n))
		for i := range q.n {
			bigger[i] = q.items[(q.head+i)&(q.n-1)]
		}
		q.items, q.head = bigger, 0
	}
	q.items[(q.head+q.n)&(len(q.items)-1)] = v
	q.n++
}

// take takes out the oldest value and lets the first Put in line in.
func (q *Queue[T]) take() T {
	var zero T
	v := q.items[q.head]
	q.items[q.head] = zero
	q.head = (q.head + 1) & (len(q.items) - 1)
	q.n--
	if q.puts.first != nil {
		p := q.puts.first.op
		p.leave()
		q.accept(p.v)
		p.task.Wake()
	}
	return v
}

// bind checks that t belongs to the loop that uses the queue.
func (q *Queue[T]) bind(t *Task) {
	if q.loop == nil {
		q.loop = t.loop
	}
	if q.loop != t.loop {
		panic(fmt.Errorf("%s uses a queue of another loop: pass a call of TryPut to that loop's CallSoonThreadsafe, or use an rt.Future", t))
	}
}

// A PutOp is the operation that [Queue.Put] returns.
type PutOp[T any] struct {
	q    *Queue[T]
	v    T
	shut bool  // the queue was closed meanwhile
	task *Task // nil: before the first poll
	place[PutOp[T]]
}

// Poll implements [Awaitable].
func (o *PutOp[T]) Poll(t *Task) (_ Void, err error, ready bool) {
	q := o.q
	switch {
	case o.task == nil: // the first poll
		if err, ready := t.Checkpoint(); err != nil || !ready {
			return Void{}, err, ready
		}
		q.bind(t)
		if q.shut {
			return Void{}, ErrQueueClosed, true
		}
		if !q.full() {
			q.accept(o.v)
			return Void{}, nil, true
		}
		o.task = t
		q.puts.enter(o, &o.place)
		return Void{}, nil, false
	case o.shut:
		return Void{}, ErrQueueClosed, true
	case !o.waiting():
		return Void{}, nil, true
	case t.flags&taskCancelled != 0:
		o.leave()
		return Void{}, t.Err(), true
	}
	return Void{}, nil, false
}

// Awaitable implements [Expr].
func (o PutOp[T]) Awaitable() Awaitable[Void] { return &o }

// A GetOp is the operation that [Queue.Get] returns.
type GetOp[T any] struct {
	q    *Queue[T]
	v    T
	shut bool  // the queue was closed meanwhile
	task *Task // nil: before the first poll
	place[GetOp[T]]
}

// Poll implements [Awaitable].
func (o *GetOp[T]) Poll(t *Task) (v T, err error, ready bool) {
	q := o.q
	switch {
	case o.task == nil: // the first poll
		if err, ready := t.Checkpoint(); err != nil || !ready {
			return v, err, ready
		}
		q.bind(t)
		if q.n > 0 {
			return q.take(), nil, true
		}
		if q.shut {
			return v, ErrQueueClosed, true
		}
		o.task = t
		q.gets.enter(o, &o.place)
		return v, nil, false
	case o.shut:
		return v, ErrQueueClosed, true
	case !o.waiting():
		return o.v, nil, true
	case t.flags&taskCancelled != 0:
		o.leave()
		return v, t.Err(), true
	}
	return v, nil, false
}

// Awaitable implements [Expr].
func (o GetOp[T]) Awaitable() Awaitable[T] { return &o }

// A line is a queue of operations that wait, linked through their places:
// entering it allocates nothing, and one can leave from the middle.
type line[Op any] struct{ first, last *place[Op] }

// A place is where an operation stands in a line.
type place[Op any] struct {
	op         *Op
	line       *line[Op] // nil: in none
	prev, next *place[Op]
}

func (l *line[Op]) enter(op *Op, p *place[Op]) {
	p.op, p.line, p.prev = op, l, l.last
	if l.last != nil {
		l.last.next = p
	} else {
		l.first = p
	}
	l.last = p
}

func (p *place[Op]) leave() {
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
	*p = place[Op]{}
}

func (p *place[Op]) waiting() bool { return p.line != nil }
