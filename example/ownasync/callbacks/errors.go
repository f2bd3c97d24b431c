package main

// This file is aproducer_error.py: producer and consumer whose queue can be closed. A callback
// gets a Result, since nobody is there to catch an exception.

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/coroutinegen/coroutinegen/example/ownasync/sched"
)

// ErrQueueClosed is QueueClosed.
var ErrQueueClosed = errors.New("queue is closed")

// A Result is a value or an error.
type Result struct {
	value int
	err   error
}

// Result is result. What it raises on the page is an error here.
func (r Result) Result() (int, error) { return r.value, r.err }

// A ClosingQueue is an [AsyncQueue] that can be closed.
type ClosingQueue struct {
	s       sched.Caller
	items   []int
	waiting []func()
	closed  bool
}

// Close says that there will be no more numbers. All who wait are told: they call Get again.
func (q *ClosingQueue) Close() {
	q.closed = true
	if len(q.items) == 0 {
		for _, fn := range q.waiting {
			q.s.CallSoon(fn)
		}
		q.waiting = nil
	}
}

// Put adds a number, unless the queue is closed.
func (q *ClosingQueue) Put(item int) error {
	if q.closed {
		return ErrQueueClosed
	}
	q.items = append(q.items, item)
	if len(q.waiting) > 0 {
		fn := q.waiting[0]
		q.waiting = q.waiting[1:]
		q.s.CallSoon(fn)
	}
	return nil
}

// Get calls callback with a number, or with ErrQueueClosed when there will be none. What was put
// before the queue was closed is still handed out.
func (q *ClosingQueue) Get(callback func(Result)) {
	switch {
	case len(q.items) > 0:
		item := q.items[0]
		q.items = q.items[1:]
		callback(Result{value: item})
	case q.closed:
		callback(Result{err: ErrQueueClosed})
	default:
		q.waiting = append(q.waiting, func() { q.Get(callback) })
	}
}

func closingProducer(s sched.Caller, w io.Writer, q *ClosingQueue, count int) {
	var run func(n int)
	run = func(n int) {
		if n == count {
			fmt.Fprintln(w, "Producer done")
			q.Close()
			return
		}
		fmt.Fprintln(w, "Producing", n)
		if err := q.Put(n); err != nil {
			fmt.Fprintln(w, "Producer gives up:", err)
			return
		}
		s.CallLater(time.Second, func() { run(n + 1) })
	}
	run(0)
}

func closingConsumer(s sched.Caller, w io.Writer, q *ClosingQueue) {
	q.Get(func(r Result) {
		item, err := r.Result()
		if errors.Is(err, ErrQueueClosed) {
			fmt.Fprintln(w, "Consumer done")
			return
		}
		fmt.Fprintln(w, "Consuming", item)
		s.CallSoon(func() { closingConsumer(s, w, q) })
	})
}

func startErrors(s sched.Caller, w io.Writer) {
	q := &ClosingQueue{s: s}
	s.CallSoon(func() { closingProducer(s, w, q, 10) })
	s.CallSoon(func() { closingConsumer(s, w, q) })
}
