package main

// This file is yproducer_error.py: the end of the numbers is an error. No Result is needed:
// an error returns to who waits.

import (
	"errors"
	"fmt"
	"io"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// ErrQueueClosed is QueueClosed.
var ErrQueueClosed = errors.New("queue is closed")

// A ClosingQueue is an [AsyncQueue] that can be closed.
type ClosingQueue struct {
	s       *Scheduler
	items   []int
	waiting []Task
	closed  bool
}

// Close says that there will be no more numbers. It wakes all who wait. The page wakes only the
// first: a second consumer would sleep for ever.
func (q *ClosingQueue) Close() {
	q.closed = true
	for _, t := range q.waiting {
		q.s.NewTask(t)
	}
	q.waiting = nil
}

// Put adds a number, unless the queue is closed.
func (q *ClosingQueue) Put(item int) error {
	if q.closed {
		return ErrQueueClosed
	}
	q.items = append(q.items, item)
	if len(q.waiting) > 0 {
		q.s.NewTask(q.waiting[0])
		q.waiting = q.waiting[1:]
	}
	return nil
}

// Get waits until there is a number, or until it is known that there will be none.
//
//coroutine:generator
func (q *ClosingQueue) Get(y co.Yielder[rt.Void, rt.Void]) (int, error) {
	for len(q.items) == 0 {
		if q.closed {
			return 0, ErrQueueClosed
		}
		q.waiting = append(q.waiting, q.s.disappear())
		if _, err := y.Yield(rt.Void{}); err != nil {
			return 0, err
		}
	}
	item := q.items[0]
	q.items = q.items[1:]
	return item, nil
}

//coroutine:generator
func closingProducer(s *Scheduler, w io.Writer, q *ClosingQueue, count int, y co.Yielder[rt.Void, rt.Void]) error {
	for n := range count {
		fmt.Fprintln(w, "Producing", n)
		if err := q.Put(n); err != nil {
			return err
		}
		if err := s.Sleep(time.Second, y); err != nil {
			return err
		}
	}
	fmt.Fprintln(w, "Producer done")
	q.Close()
	return nil
}

//coroutine:generator
func closingConsumer(w io.Writer, q *ClosingQueue, y co.Yielder[rt.Void, rt.Void]) error {
	for {
		item, err := q.Get(y)
		if errors.Is(err, ErrQueueClosed) {
			fmt.Fprintln(w, "Consumer done")
			return nil
		}
		if err != nil {
			return err
		}
		fmt.Fprintln(w, "Consuming", item)
	}
}

func startErrors(s *Scheduler, w io.Writer) {
	q := &ClosingQueue{s: s}
	s.NewTask(closingProducerPull(s, w, q, 10))
	s.NewTask(closingConsumerPull(w, q))
}
