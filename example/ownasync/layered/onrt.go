package main

// This file has tasks and callbacks on one loop of package rt.

import (
	"fmt"
	"io"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/ownasync/sched"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

//coroutine:async
func producerRT(w io.Writer, q *queues.Queue[int], count int) error {
	for n := range count {
		fmt.Fprintln(w, "Producing", n)
		if err := co.Wait(q.Put(n)); err != nil {
			return err
		}
		if err := co.Wait(rt.Sleep(time.Second)); err != nil {
			return err
		}
	}
	fmt.Fprintln(w, "Producer done")
	return co.Wait(q.Put(none))
}

//coroutine:async
func consumerRT(w io.Writer, q *queues.Queue[int]) error {
	for {
		item, err := co.Await(q.Get())
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

// startRT starts all four, and waits for them. A task is awaited. Callbacks are not: a future says
// when none is left.
//
//coroutine:async
func startRT(w io.Writer) error {
	q := queues.New[int](0)
	produced := co.Spawn(producerRTAsync(w, q, 10))
	consumed := co.Spawn(consumerRTAsync(w, q))
	counted := rt.NewFuture[rt.Void]()
	s := sched.NewOnRT(co.Self().Loop(), func() { counted.Set(rt.Void{}) })
	s.CallSoon(func() { countdown(s, w, 5) })
	s.CallSoon(func() { countup(s, w, 20) })
	_, err := co.Await(rt.Gather[rt.Void](produced, consumed, counted))
	return err
}
