package rt

// This file is the operations of a queue. Each consists of the methods of a
// [Contender], which Select calls, and of Poll, which is made of them.

// enter checks that t may use the queue.
func (q *Queue[T]) enter(t *Task) {
	if q.mu == nil {
		q.home.Enter(t, "queue")
	}
}

// A PutOp is the operation that [Queue.Put] returns.
type PutOp[T any] struct {
	q      *Queue[T]
	v      T
	stage  Stage
	shut   bool // the queue was closed meanwhile
	waiter Waiter[PutOp[T]]
}

// Poll implements [Awaitable].
func (o *PutOp[T]) Poll(t *Task) (_ Void, err error, ready bool) {
	return PollContender(t, o, &o.stage)
}

// Try implements [Contender].
func (o *PutOp[T]) Try(t *Task) (_ Void, err error, ready bool) {
	q := o.q
	q.enter(t)
	q.lock()
	switch {
	case q.shut:
		err, ready = ErrQueueClosed, true
	case !q.full():
		q.accept(o.v)
		ready = true
	}
	q.unlock()
	return Void{}, err, ready
}

// Attempt implements [Contender].
func (o *PutOp[T]) Attempt(t *Task, c *Claim) (_ Void, err error, ready bool) {
	q := o.q
	q.enter(t)
	q.lock()
	switch {
	case o.waiter.Collect():
		q.waits(t, -1)
		if o.shut {
			o.shut, err = false, ErrQueueClosed
		}
		ready = true
	case o.waiter.Waiting():
	case !q.shut && q.full():
		q.puts.Join(t, o, &o.waiter, c)
		q.waits(t, 1)
	case !c.Take():
	case q.shut:
		err, ready = ErrQueueClosed, true
	default:
		q.accept(o.v)
		ready = true
	}
	q.unlock()
	return Void{}, err, ready
}

// Withdraw implements [Contender].
func (o *PutOp[T]) Withdraw(t *Task) bool {
	o.q.lock()
	defer o.q.unlock()
	if o.waiter.line != nil {
		o.q.waits(t, -1)
	}
	return o.waiter.Leave()
}

// Awaitable implements [Expr].
func (o PutOp[T]) Awaitable() Awaitable[Void] { return &o }

// Contender implements [Selectable].
func (o PutOp[T]) Contender() Contender[Void] { return &o }

// A GetOp is the operation that [Queue.Get] returns.
type GetOp[T any] struct {
	q      *Queue[T]
	v      T
	stage  Stage
	shut   bool // the queue was closed meanwhile
	waiter Waiter[GetOp[T]]
}

// Poll implements [Awaitable].
func (o *GetOp[T]) Poll(t *Task) (v T, err error, ready bool) {
	if o.stage == (Stage{}) {
		if err, ready := t.Checkpoint(); err != nil || !ready {
			return v, err, ready
		}
		if q := o.q; q.mu == nil && q.n > 0 && q.home.loop == t.loop { // the common case
			return q.take(), nil, true
		}
		o.stage.Suspend(t)
	}
	return PollContender(t, o, &o.stage)
}

// Try implements [Contender].
func (o *GetOp[T]) Try(t *Task) (v T, err error, ready bool) {
	q := o.q
	q.enter(t)
	q.lock()
	switch {
	case q.n > 0:
		v, ready = q.take(), true
	case q.shut:
		err, ready = ErrQueueClosed, true
	}
	q.unlock()
	return v, err, ready
}

// Attempt implements [Contender].
func (o *GetOp[T]) Attempt(t *Task, c *Claim) (v T, err error, ready bool) {
	q := o.q
	q.enter(t)
	q.lock()
	switch {
	case o.waiter.Collect():
		q.waits(t, -1)
		v, o.v = o.v, v
		if o.shut {
			o.shut, err = false, ErrQueueClosed
		}
		ready = true
	case o.waiter.Waiting():
	case q.n == 0 && !q.shut:
		q.gets.Join(t, o, &o.waiter, c)
		q.waits(t, 1)
	case !c.Take():
	case q.n > 0:
		v, ready = q.take(), true
	default:
		err, ready = ErrQueueClosed, true
	}
	q.unlock()
	return v, err, ready
}

// Withdraw implements [Contender].
func (o *GetOp[T]) Withdraw(t *Task) bool {
	o.q.lock()
	defer o.q.unlock()
	if o.waiter.line != nil {
		o.q.waits(t, -1)
	}
	return o.waiter.Leave()
}

// Awaitable implements [Expr].
func (o GetOp[T]) Awaitable() Awaitable[T] { return &o }

// Contender implements [Selectable].
func (o GetOp[T]) Contender() Contender[T] { return &o }

// A JoinOp is the operation that [Queue.Join] returns.
type JoinOp[T any] struct {
	q      *Queue[T]
	stage  Stage
	waiter Waiter[JoinOp[T]]
}

// Poll implements [Awaitable].
func (o *JoinOp[T]) Poll(t *Task) (_ Void, err error, ready bool) {
	return PollContender(t, o, &o.stage)
}

// Try implements [Contender].
func (o *JoinOp[T]) Try(t *Task) (_ Void, err error, ready bool) {
	o.q.enter(t)
	return Void{}, nil, o.q.Unfinished() == 0
}

// Attempt implements [Contender].
func (o *JoinOp[T]) Attempt(t *Task, c *Claim) (_ Void, err error, ready bool) {
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
		q.joins.Join(t, o, &o.waiter, c)
	}
	q.unlock()
	return Void{}, nil, ready
}

// Withdraw implements [Contender].
func (o *JoinOp[T]) Withdraw(*Task) bool {
	o.q.lock()
	defer o.q.unlock()
	return o.waiter.Leave()
}

// Awaitable implements [Expr].
func (o JoinOp[T]) Awaitable() Awaitable[Void] { return &o }

// Contender implements [Selectable].
func (o JoinOp[T]) Contender() Contender[Void] { return &o }
