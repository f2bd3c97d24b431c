package main

// This file is aproducer.py: producer and consumer with callbacks.

import (
	"fmt"
	"io"
	"time"

	"github.com/coroutinegen/coroutinegen/example/ownasync/sched"
)

// none is what the producer puts at the end. The page has None.
const none = -1

// An AsyncQueue passes numbers to functions that wait for them.
type AsyncQueue struct {
	s       sched.Caller
	items   []int
	waiting []func() // all who wait for a number
}

// Put adds a number. A function that waits is not called right away, but scheduled.
func (q *AsyncQueue) Put(item int) {
	q.items = append(q.items, item)
	if len(q.waiting) > 0 {
		fn := q.waiting[0]
		q.waiting = q.waiting[1:]
		q.s.CallSoon(fn)
	}
}

// Get calls callback with a number, now or when there is one. It has no result: its caller
// cannot wait for one.
func (q *AsyncQueue) Get(callback func(item int)) {
	if len(q.items) == 0 {
		q.waiting = append(q.waiting, func() { q.Get(callback) })
		return
	}
	item := q.items[0]
	q.items = q.items[1:]
	callback(item)
}

func producer(s sched.Caller, w io.Writer, q *AsyncQueue, count int) {
	var run func(n int)
	run = func(n int) {
		if n < count {
			fmt.Fprintln(w, "Producing", n)
			q.Put(n)
			s.CallLater(time.Second, func() { run(n + 1) })
		} else {
			fmt.Fprintln(w, "Producer done")
			q.Put(none)
		}
	}
	run(0)
}

func consumer(s sched.Caller, w io.Writer, q *AsyncQueue) {
	q.Get(func(item int) {
		if item == none {
			fmt.Fprintln(w, "Consumer done")
		} else {
			fmt.Fprintln(w, "Consuming", item)
			s.CallSoon(func() { consumer(s, w, q) })
		}
	})
}

func startProdcons(s sched.Caller, w io.Writer) {
	q := &AsyncQueue{s: s}
	s.CallSoon(func() { producer(s, w, q, 10) })
	s.CallSoon(func() { consumer(s, w, q) })
}
