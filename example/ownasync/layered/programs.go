package main

// This file has the four programs that run on one scheduler: producer and consumer as coroutines,
// countdown and countup as callbacks.

import (
	"fmt"
	"io"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/ownasync/sched"
	"github.com/coroutinegen/coroutinegen/rt"
)

// none is what the producer puts at the end. The page has None.
const none = -1

// An AsyncQueue passes numbers to tasks that wait for them.
type AsyncQueue struct {
	s       *Scheduler
	items   []int
	waiting []*Task
}

// Put adds a number.
func (q *AsyncQueue) Put(item int) {
	q.items = append(q.items, item)
	if len(q.waiting) > 0 {
		q.s.CallSoon(q.waiting[0].step)
		q.waiting = q.waiting[1:]
	}
}

// Get waits until there is a number.
//
//coroutine:generator
func (q *AsyncQueue) Get(y co.Yielder[rt.Void, rt.Void]) (int, error) {
	for len(q.items) == 0 {
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
func producer(s *Scheduler, w io.Writer, q *AsyncQueue, count int, y co.Yielder[rt.Void, rt.Void]) error {
	for n := range count {
		fmt.Fprintln(w, "Producing", n)
		q.Put(n)
		if err := s.Sleep(time.Second, y); err != nil {
			return err
		}
	}
	fmt.Fprintln(w, "Producer done")
	q.Put(none)
	return nil
}

//coroutine:generator
func consumer(w io.Writer, q *AsyncQueue, y co.Yielder[rt.Void, rt.Void]) error {
	for {
		item, err := q.Get(y)
		if err != nil {
			return err
		}
		if item == none {
			break
		}
		fmt.Fprintln(w, "Consuming", item)
	}
	fmt.Fprintln(w, "Consumer done")
	return nil
}

func countdown(s sched.Caller, w io.Writer, n int) {
	if n > 0 {
		fmt.Fprintln(w, "Down", n)
		s.CallLater(4*time.Second, func() { countdown(s, w, n-1) })
	}
}

func countup(s sched.Caller, w io.Writer, stop int) {
	var run func(x int)
	run = func(x int) {
		if x < stop {
			fmt.Fprintln(w, "Up", x)
			s.CallLater(time.Second, func() { run(x + 1) })
		}
	}
	run(0)
}

// start starts all four.
func start(s *Scheduler, w io.Writer) {
	q := &AsyncQueue{s: s}
	s.NewTask(producerPull(s, w, q, 10))
	s.NewTask(consumerPull(w, q))
	s.CallSoon(func() { countdown(s, w, 5) })
	s.CallSoon(func() { countup(s, w, 20) })
}
