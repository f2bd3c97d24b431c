package queues

// This file implements the operations of a queue. Each has the methods of a [rt.Contender],
// which Select calls, and Poll, which is made of them.

import "github.com/coroutinegen/coroutinegen/rt"

// enter checks that t may use the queue.
func (q *Queue[T]) enter(t *rt.Task) {
	if q.mu == nil {
		q.home.Enter(t, "queue")
	}
}

// A PutOp is the operation that [Queue.Put] returns.
type PutOp[T any] struct {
	q       *Queue[T]
	v       T
	stage   rt.Stage
	refused *refusal // why v was refused after a wait; nil: v is in the queue
	waiter  rt.Waiter[PutOp[T]]
}

// A refusal says why a value is not put into the queue after a wait.
type refusal struct {
	err   error
	panic any // value of the panic of the store; nil: err is the reason
}

// refusedByClose is the refusal of a queue that was closed.
var refusedByClose = &refusal{err: ErrClosed}

// Poll implements [rt.Awaitable].
func (o *PutOp[T]) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	return rt.PollContender(t, o, &o.stage)
}

// Try implements [rt.Contender].
func (o *PutOp[T]) Try(t *rt.Task) (_ rt.Void, err error, ready bool) {
	q := o.q
	q.enter(t)
	q.lock()
	switch {
	case q.shut:
		err, ready = ErrClosed, true
	case !q.full():
		q.accept(o.v)
		ready = true
	}
	q.unlock()
	return rt.Void{}, err, ready
}

// Attempt implements [rt.Contender].
func (o *PutOp[T]) Attempt(t *rt.Task, c *rt.Claim) (_ rt.Void, err error, ready bool) {
	q := o.q
	q.enter(t)
	q.lock()
	switch {
	case o.waiter.Collect():
		if r := o.refused; r != nil {
			o.refused, err = nil, r.err
			if r.panic != nil {
				q.unlock()
				panic(r.panic)
			}
		}
		ready = true
	case o.waiter.Waiting():
	case !q.shut && q.full():
		join(q, &q.puts, t, o, &o.waiter, c)
	case !c.Take():
	case q.shut:
		err, ready = ErrClosed, true
	default:
		q.accept(o.v)
		ready = true
	}
	q.unlock()
	return rt.Void{}, err, ready
}

// Withdraw implements [rt.Contender].
func (o *PutOp[T]) Withdraw(*rt.Task) bool {
	o.q.lock()
	defer o.q.unlock()
	return o.waiter.Leave()
}

// Awaitable implements [rt.Expr].
func (o PutOp[T]) Awaitable() rt.Awaitable[rt.Void] { return &o }

// Contender implements [rt.Selectable].
func (o PutOp[T]) Contender() rt.Contender[rt.Void] { return &o }

// A GetOp is the operation that [Queue.Get] returns.
type GetOp[T any] struct {
	q      *Queue[T]
	v      T
	stage  rt.Stage
	shut   bool // the queue was closed in the meantime
	waiter rt.Waiter[GetOp[T]]
}

// Poll implements [rt.Awaitable].
func (o *GetOp[T]) Poll(t *rt.Task) (v T, err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Queue.Get")
	if err != nil || !ready {
		return v, err, ready
	}
	if q := o.q; first && q.mu == nil && q.n > 0 && q.home.Loop() == t.Loop() { // the common case
		return q.take(), nil, true
	}
	o.stage.Suspend(t) // PollContender goes on from here
	return rt.PollContender(t, o, &o.stage)
}

// Try implements [rt.Contender].
func (o *GetOp[T]) Try(t *rt.Task) (v T, err error, ready bool) {
	q := o.q
	q.enter(t)
	q.lock()
	switch {
	case q.n > 0:
		v, ready = q.take(), true
	case q.shut:
		err, ready = ErrClosed, true
	}
	q.unlock()
	return v, err, ready
}

// Attempt implements [rt.Contender].
func (o *GetOp[T]) Attempt(t *rt.Task, c *rt.Claim) (v T, err error, ready bool) {
	q := o.q
	q.enter(t)
	q.lock()
	switch {
	case o.waiter.Collect():
		v, o.v = o.v, v
		if o.shut {
			o.shut, err = false, ErrClosed
		}
		ready = true
	case o.waiter.Waiting():
	case q.n == 0 && !q.shut:
		join(q, &q.gets, t, o, &o.waiter, c)
	case !c.Take():
	case q.n > 0:
		v, ready = q.take(), true
	default:
		err, ready = ErrClosed, true
	}
	q.unlock()
	return v, err, ready
}

// Withdraw implements [rt.Contender].
func (o *GetOp[T]) Withdraw(*rt.Task) bool {
	o.q.lock()
	defer o.q.unlock()
	return o.waiter.Leave()
}

// Awaitable implements [rt.Expr].
func (o GetOp[T]) Awaitable() rt.Awaitable[T] { return &o }

// Contender implements [rt.Selectable].
func (o GetOp[T]) Contender() rt.Contender[T] { return &o }

// A JoinOp is the operation that [Queue.Join] returns.
type JoinOp[T any] struct {
	q      *Queue[T]
	stage  rt.Stage
	waiter rt.Waiter[JoinOp[T]]
}

// Poll implements [rt.Awaitable].
func (o *JoinOp[T]) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	return rt.PollContender(t, o, &o.stage)
}

// Try implements [rt.Contender].
func (o *JoinOp[T]) Try(t *rt.Task) (_ rt.Void, err error, ready bool) {
	o.q.enter(t)
	return rt.Void{}, nil, o.q.Unfinished() == 0
}

// Attempt implements [rt.Contender].
func (o *JoinOp[T]) Attempt(t *rt.Task, c *rt.Claim) (_ rt.Void, err error, ready bool) {
	q := o.q
	q.enter(t)
	q.lock()
	switch {
	case o.waiter.Collect():
		ready = true
	case o.waiter.Waiting():
	case q.unfinished == 0:
		ready = c.Take()
	default:
		join(q, &q.joins, t, o, &o.waiter, c)
	}
	q.unlock()
	return rt.Void{}, nil, ready
}

// Withdraw implements [rt.Contender].
func (o *JoinOp[T]) Withdraw(*rt.Task) bool {
	o.q.lock()
	defer o.q.unlock()
	return o.waiter.Leave()
}

// Awaitable implements [rt.Expr].
func (o JoinOp[T]) Awaitable() rt.Awaitable[rt.Void] { return &o }

// Contender implements [rt.Selectable].
func (o JoinOp[T]) Contender() rt.Contender[rt.Void] { return &o }
