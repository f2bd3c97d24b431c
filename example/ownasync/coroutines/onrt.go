package main

// This file has the same programs on package rt: its Sleep, its tasks and its queues.

import (
	"errors"
	"fmt"
	"io"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

// countdownRT is countdown. The task need not pass a Yielder on: an async function may always await.
//
//coroutine:async
func countdownRT(w io.Writer, n int) error {
	for n > 0 {
		fmt.Fprintln(w, "Down", n)
		if err := co.Wait(rt.Sleep(4 * time.Second)); err != nil {
			return err
		}
		n--
	}
	return nil
}

//coroutine:async
func countupRT(w io.Writer, stop int) error {
	for x := range stop {
		fmt.Fprintln(w, "Up", x)
		if err := co.Wait(rt.Sleep(time.Second)); err != nil {
			return err
		}
	}
	return nil
}

//coroutine:async
func countingRT(w io.Writer) error {
	_, _, err := co.Await2(rt.Gather2(countdownRTAsync(w, 5), countupRTAsync(w, 20)))
	return err
}

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

//coroutine:async
func prodconsRT(w io.Writer) error {
	q := queues.New[int](0)
	_, _, err := co.Await2(rt.Gather2(producerRTAsync(w, q, 10), consumerRTAsync(w, q)))
	return err
}

//coroutine:async
func closingProducerRT(w io.Writer, q *queues.Queue[int], count int) error {
	defer q.Close() // also if it is cancelled
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
	return nil
}

//coroutine:async
func closingConsumerRT(w io.Writer, q *queues.Queue[int]) error {
	for {
		item, err := co.Await(q.Get())
		if errors.Is(err, queues.ErrClosed) {
			fmt.Fprintln(w, "Consumer done")
			return nil
		}
		if err != nil {
			return err
		}
		fmt.Fprintln(w, "Consuming", item)
	}
}

//coroutine:async
func errorsRT(w io.Writer) error {
	q := queues.New[int](0)
	_, _, err := co.Await2(rt.Gather2(closingProducerRTAsync(w, q, 10), closingConsumerRTAsync(w, q)))
	return err
}
