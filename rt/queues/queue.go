package queues

// This file implements the queue, which passes values from task to task in order.
//
// An operation that finds the queue full or empty waits in line and is served in line. A Put
// passes its value to the Get that has waited longest. A Get that makes room lets in the value
// of the Put that has waited longest. Operations that are cancelled come last (see
// rt.Line.Serve). So a value is always in exactly one place: in a Put that has not completed,
// in the queue, or in a Get that is going to return it, even if the Get is cancelled in the
// meantime. It follows that no Get in line can be served unless the queue is empty, and no Put
// unless the queue is full.

import (
	"errors"
	"fmt"
	"sync"

	"github.com/coroutinegen/coroutinegen/rt"
)

// ErrClosed is the error of a Put on a closed [Queue], of a Get on a closed and empty one, and
// of the corresponding operations of a [Broadcast] and a [Watch].
var ErrClosed = errors.New("queue is closed")

// A Queue passes values between tasks. It is first in, first out, unless it was made with a
// [Store] of another order.
//
// A Queue belongs to the loop of the first task that uses it. Only the goroutine of that loop
// may use it, unless it was made [Queue.Threadsafe].
type Queue[T any] struct {
	limit      int
	mu         *sync.Mutex // nil: not threadsafe
	home       rt.Home
	items      []T // a ring if store is nil
	head       int
	n          int
	unfinished int
	gets       rt.Line[GetOp[T]]
	puts       rt.Line[PutOp[T]]
	joins      rt.Line[JoinOp[T]]
	store      Store[T]
	shut       bool
}

// A Store holds the values of a queue and decides which value is next. Only the queue calls it,
// so it needs no lock and is never asked for a value that it does not have. If Push panics, the
// Put of that value panics, and the value is not in the queue. The value of a Put that waits
// for room is pushed by the operation that makes the room, which does not see the panic. If Pop
// panics, so does the operation that called it. The queue remains usable if the store does.
type Store[T any] interface {
	Push(v T)
	Pop() T
}

// New returns a queue that holds up to limit values. If limit is not positive, it holds any
// number.
func New[T any](limit int) *Queue[T] { return &Queue[T]{limit: limit} }

// NewOf is like [New], for values that come out in the order of s, which must be empty. See
// [NewLifo] and [NewPriority].
func NewOf[T any](limit int, s Store[T]) *Queue[T] {
	return &Queue[T]{limit: limit, store: s}
}

// Threadsafe allows tasks of all loops and all goroutines to use q, at the price of a lock.
// Goroutines call [Queue.PutBlocking] and [Queue.GetBlocking]. Threadsafe must be called before
// q is used. It returns q.
func (q *Queue[T]) Threadsafe() *Queue[T] {
	if q.mu == nil {
		q.mu = new(sync.Mutex)
	}
	return q
}

// A queue without a lock does not pay for one: these methods are inlined.
func (q *Queue[T]) lock() {
	if q.mu != nil {
		lock(q.mu)
	}
}

func (q *Queue[T]) unlock() {
	if q.mu != nil {
		unlock(q.mu)
	}
}

//go:noinline
func lock(mu *sync.Mutex) { mu.Lock() }

//go:noinline
func unlock(mu *sync.Mutex) { mu.Unlock() }

// Len returns the number of values in the queue. The values of Puts that wait
// for room are not in it.
func (q *Queue[T]) Len() int {
	q.lock()
	defer q.unlock()
	return q.n
}

// Limit returns the number of values that the queue holds at most. If it is not positive, the
// queue holds any number.
func (q *Queue[T]) Limit() int { return q.limit }

// Full reports whether the queue holds as many values as it may.
func (q *Queue[T]) Full() bool {
	q.lock()
	defer q.unlock()
	return q.full()
}

func (q *Queue[T]) full() bool { return q.limit > 0 && q.n >= q.limit }

// Put returns the operation that waits for room and puts v into the queue. If the error is nil,
// v is in the queue; otherwise it is not.
func (q *Queue[T]) Put(v T) PutOp[T] { return PutOp[T]{q: q, v: v} }

// Get returns the operation that waits for a value and takes it out of the queue.
func (q *Queue[T]) Get() GetOp[T] { return GetOp[T]{q: q} }

// TryPut puts v into the queue unless the queue is full or closed. It reports whether it did.
func (q *Queue[T]) TryPut(v T) bool {
	q.lock()
	ok := !q.shut && !q.full()
	if ok {
		q.accept(v)
	}
	q.unlock()
	return ok
}

// TryGet takes the next value out of the queue, if there is one.
func (q *Queue[T]) TryGet() (v T, ok bool) {
	q.lock()
	if q.n > 0 {
		v, ok = q.take(), true
	}
	q.unlock()
	return v, ok
}

// TaskDone says, for [Queue.Join], that a value that was taken out has been processed. TaskDone
// panics if it is called more often than there were values, as a sync.WaitGroup does.
func (q *Queue[T]) TaskDone() {
	q.lock()
	defer q.unlock()
	if q.unfinished == 0 {
		panic(errors.New("TaskDone of a queue called more often than values were put into it: call it once for each value, when that is dealt with"))
	}
	q.finished(1)
}

// Join returns the operation that waits until TaskDone was called for every value that was ever
// put into the queue. Close does not end the wait. Shutdown counts the values that it drops as
// processed.
func (q *Queue[T]) Join() JoinOp[T] { return JoinOp[T]{q: q} }

// Unfinished returns the number of values for which TaskDone has not been
// called.
func (q *Queue[T]) Unfinished() int {
	q.lock()
	defer q.unlock()
	return q.unfinished
}

// finished records that n values have been processed.
func (q *Queue[T]) finished(n int) {
	q.unfinished -= n
	if q.unfinished == 0 {
		for serve(q, &q.joins) != nil {
		}
	}
}

// Close ends putting. Puts that wait for room fail with [ErrClosed]. Gets go on until the queue
// is empty and then fail with ErrClosed. Closing a closed queue does nothing.
func (q *Queue[T]) Close() {
	q.lock()
	defer q.unlock()
	q.close()
}

func (q *Queue[T]) close() {
	q.shut = true
	for p := serve(q, &q.puts); p != nil; p = serve(q, &q.puts) {
		p.refused = refusedByClose
	}
	for g := serve(q, &q.gets); g != nil; g = serve(q, &q.gets) {
		g.shut = true
	}
}

// Shutdown is like [Queue.Close], for a queue whose values nobody is going to take. It removes
// the values and returns them, and Gets fail at once. For Join, the values count as processed.
func (q *Queue[T]) Shutdown() (dropped []T) {
	q.lock()
	q.close()
	for q.n > 0 {
		dropped = append(dropped, q.pop())
	}
	if len(dropped) > 0 {
		q.finished(len(dropped))
	}
	q.unlock()
	return dropped
}

// Closed reports whether Close or Shutdown has been called.
func (q *Queue[T]) Closed() bool {
	q.lock()
	defer q.unlock()
	return q.shut
}

// String says how full the queue is and how many operations wait.
func (q *Queue[T]) String() string {
	q.lock()
	defer q.unlock()
	text := fmt.Sprintf("queue of %d", q.n)
	if q.limit > 0 {
		text += fmt.Sprintf("/%d", q.limit)
	}
	if q.shut {
		text += ", closed"
	}
	for _, waiting := range []struct {
		n    int
		what string
	}{{q.puts.Len(), "putting"}, {q.gets.Len(), "getting"}, {q.unfinished, "unfinished"}} {
		if waiting.n > 0 {
			text += fmt.Sprintf(", %d %s", waiting.n, waiting.what)
		}
	}
	return text
}

// serve is Serve, for a line of q.
func serve[T, Op any](q *Queue[T], l *rt.Line[Op]) *Op {
	if q.mu != nil {
		return l.ServeThreadsafe()
	}
	return l.Serve()
}

// join is Join, for a line of q.
func join[T, Op any](q *Queue[T], l *rt.Line[Op], t *rt.Task, op *Op, w *rt.Waiter[Op], c *rt.Claim) {
	if q.mu != nil {
		l.JoinThreadsafe(t, op, w, c)
	} else {
		l.Join(t, op, w, c)
	}
}

// accept gives v to the first Get in line, or else keeps it.
func (q *Queue[T]) accept(v T) {
	var g *GetOp[T]
	if q.mu == nil {
		g = q.gets.Serve() // usually nobody waits; this much is inlined
	} else {
		g = q.gets.ServeThreadsafe()
	}
	if g != nil {
		g.v = v
		q.unfinished++
		return
	}
	q.push(v)
	q.unfinished++
}

// take removes the next value and lets in the first Put in line.
func (q *Queue[T]) take() T {
	v := q.pop()
	var p *PutOp[T]
	if q.mu == nil {
		p = q.puts.Serve()
	} else {
		p = q.puts.ServeThreadsafe()
	}
	if p != nil && q.store != nil {
		q.letIn(p)
	} else if p != nil {
		q.accept(p.v)
	}
	return v
}

// letIn lets in p, which was served. If the store panics at its value, p panics, and the next
// Put in line has its turn.
func (q *Queue[T]) letIn(p *PutOp[T]) {
	for p != nil && !q.pushFor(p) {
		p = serve(q, &q.puts)
	}
}

// pushFor pushes the value of p and reports whether the store has taken it.
func (q *Queue[T]) pushFor(p *PutOp[T]) (ok bool) {
	defer func() {
		if v := recover(); v != nil {
			p.refused = &refusal{panic: v}
		}
	}()
	q.store.Push(p.v)
	q.n++
	q.unfinished++
	return true
}

func (q *Queue[T]) push(v T) {
	if q.store != nil || q.n == len(q.items) {
		q.pushSlow(v)
		return
	}
	q.items[(q.head+q.n)&(len(q.items)-1)] = v
	q.n++
}

func (q *Queue[T]) pushSlow(v T) {
	if q.store != nil {
		defer q.unlockIfPanicking(q.n)
		q.store.Push(v)
		q.n++
		return
	}
	bigger := make([]T, max(8, 2*q.n))
	k := copy(bigger, q.items[q.head:])
	copy(bigger[k:], q.items[:q.head])
	q.items, q.head = bigger, 0
	q.push(v)
}

// unlockIfPanicking is deferred around calls of the store, whose code may panic. n is the
// number of values before the call, which changes unless the call panics. The other methods
// unlock without a deferred call, and so does every method of a queue without a store.
func (q *Queue[T]) unlockIfPanicking(n int) {
	if q.n == n {
		q.unlock()
	}
}

func (q *Queue[T]) pop() T {
	if q.store != nil {
		defer q.unlockIfPanicking(q.n)
		v := q.store.Pop()
		q.n--
		return v
	}
	q.n--
	var zero T
	v := q.items[q.head]
	q.items[q.head] = zero
	q.head = (q.head + 1) & (len(q.items) - 1)
	return v
}
