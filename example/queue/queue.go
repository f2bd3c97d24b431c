// Queue is the producer and consumer of David Beazley's workshop "Build your
// own async": two tasks and a queue between them.
//
//	go run ./generated/queue
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"syscall"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../generated/queue

func main() {
	q := queues.New[int](1)
	both := rt.Gather2(producerAsync(os.Stdout, q, 10), consumerAsync(os.Stdout, q))
	if _, err := rt.Run(both, rt.CancelOn(os.Interrupt, syscall.SIGTERM)); err != nil && !errors.Is(err, context.Canceled) {
		log.Fatal(err)
	}
}

// producer puts count numbers into q, one per second, and closes it.
//
//coroutine:async
func producer(w io.Writer, q *queues.Queue[int], count int) error {
	defer q.Close()
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

// consumer takes numbers out of q until it is closed, and adds them up.
//
//coroutine:async
func consumer(w io.Writer, q *queues.Queue[int]) (sum int, err error) {
	for {
		item, err := co.Await(q.Get())
		if err == queues.ErrClosed {
			fmt.Fprintln(w, "Consumer done")
			return sum, nil
		}
		if err != nil {
			return sum, err
		}
		fmt.Fprintln(w, "Consuming", item)
		sum += item
	}
}
