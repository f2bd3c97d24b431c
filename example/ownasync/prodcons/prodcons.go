// Prodcons is the producer and consumer with threads of "Build Your Own Async" (producer.py). What
// Python does with threads and a queue.Queue, Go does with goroutines and a channel. Coroutines
// that use the same channel come second. See ../callbacks and ../coroutines for those without
// threads.
//
//	go run ./generated/ownasync/prodcons
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"sync"
	"syscall"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/ownasync/prodcons

func main() {
	fmt.Println("-- goroutines")
	goroutines(os.Stdout, 10)
	fmt.Println("-- coroutines")
	if _, err := rt.Run(coroutinesAsync(os.Stdout, 10), rt.CancelOn(os.Interrupt, syscall.SIGTERM)); err != nil && !errors.Is(err, context.Canceled) {
		log.Fatal(err)
	}
}

// producer closes the channel at the end. The page puts None for that.
func producer(w io.Writer, q chan<- int, count int) {
	for n := range count {
		fmt.Fprintln(w, "Producing", n)
		q <- n
		time.Sleep(time.Second)
	}
	fmt.Fprintln(w, "Producer done")
	close(q)
}

func consumer(w io.Writer, q <-chan int) {
	for item := range q {
		fmt.Fprintln(w, "Consuming", item)
	}
	fmt.Fprintln(w, "Consumer done")
}

// goroutines runs both. The channel takes all numbers, as a queue.Queue does.
func goroutines(w io.Writer, count int) {
	q := make(chan int, count)
	var both sync.WaitGroup
	both.Go(func() { producer(w, q, count) })
	both.Go(func() { consumer(w, q) })
	both.Wait()
}

// produce is producer as a coroutine: it awaits where producer waits.
//
//coroutine:async
func produce(w io.Writer, q chan<- int, count int) error {
	defer close(q) // also if it is cancelled
	for n := range count {
		fmt.Fprintln(w, "Producing", n)
		if err := co.Wait(rt.Send(q, n)); err != nil {
			return err
		}
		if err := co.Wait(rt.Sleep(time.Second)); err != nil {
			return err
		}
	}
	fmt.Fprintln(w, "Producer done")
	return nil
}

// consume is consumer as a coroutine. There is no range over what is awaited.
//
//coroutine:async
func consume(w io.Writer, q <-chan int) error {
	for {
		item, err := co.Await(rt.Receive(q))
		if errors.Is(err, rt.ErrChannelClosed) {
			fmt.Fprintln(w, "Consumer done")
			return nil
		}
		if err != nil {
			return err
		}
		fmt.Fprintln(w, "Consuming", item)
	}
}

// coroutines runs both on one goroutine.
//
//coroutine:async
func coroutines(w io.Writer, count int) error {
	q := make(chan int, count)
	_, _, err := co.Await2(rt.Gather2(produceAsync(w, q, count), consumeAsync(w, q)))
	return err
}
