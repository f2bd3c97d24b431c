package main

// This file awaits what calls back: the consumer of errors.go is a loop again.

import (
	"errors"
	"fmt"
	"io"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/ownasync/sched"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/ownasync/callbacks

// awaitedConsumer is closingConsumer.
//
//coroutine:async
func awaitedConsumer(w io.Writer, q *ClosingQueue) error {
	for {
		item, err := co.Await(got(q))
		if errors.Is(err, ErrQueueClosed) {
			fmt.Fprintln(w, "Consumer done")
			return nil
		}
		if err != nil {
			return err // cancelled
		}
		fmt.Fprintln(w, "Consuming", item)
	}
}

// got returns a future for what q.Get calls back with. A future is the Result of the page, which
// can also be awaited.
func got(q *ClosingQueue) *rt.Future[int] {
	f := rt.NewFuture[int]()
	q.Get(func(r Result) {
		if item, err := r.Result(); err != nil {
			f.Fail(err)
		} else {
			f.Set(item)
		}
	})
	return f
}

// awaited runs the producer as callbacks and the consumer as a coroutine, on the same loop.
//
//coroutine:async
func awaited(w io.Writer) error {
	s := sched.NewOnRT(co.Self().Loop(), func() {})
	q := &ClosingQueue{s: s}
	s.CallSoon(func() { closingProducer(s, w, q, 10) })
	return co.Wait(awaitedConsumerAsync(w, q))
}
