// Queue is the slide "Queue" of "My story of Async IO", which says no more than "some examples".
// These are the usual ones: a producer and two consumers with a queue of two places between
// them, which is joined in the end, and the three orders in which values come out of a queue.
//
//	asyncio.Queue(maxsize=2)               queues.New[int](2)
//	await q.get(), await q.put(i)          co.Await(q.Get()), co.Wait(q.Put(i))
//	q.task_done(), await q.join()          q.TaskDone(), co.Wait(q.Join())
//	LifoQueue, PriorityQueue               queues.NewLifo, queues.NewPriority
//
// None in the queue tells a consumer to stop. In Go one would close the queue: example/queue does.
//
//	go run ./generated/mystory/queue
package main

import (
	"cmp"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/mystory/queue

func main() {
	if _, err := rt.Run(allAsync(os.Stdout)); err != nil {
		log.Fatal(err)
	}
	orders(os.Stdout)
}

// none is None.
const none = -1

//coroutine:async
func consumer(w io.Writer, n int, q *queues.Queue[int]) error {
	fmt.Fprintf(w, "consumer %d: starting\n", n)
	for {
		item, err := co.Await(q.Get())
		if err != nil {
			return err
		}
		if item == none {
			fmt.Fprintf(w, "consumer %d: has item None\n", n)
			q.TaskDone()
			break
		}
		fmt.Fprintf(w, "consumer %d: has item %d\n", n, item)
		err = co.Wait(rt.Sleep(time.Duration(item) * 10 * time.Millisecond))
		q.TaskDone()
		if err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "consumer %d: ending\n", n)
	return nil
}

//coroutine:async
func producer(w io.Writer, q *queues.Queue[int], consumers int) error {
	fmt.Fprintln(w, "producer: starting")
	for i := range consumers * 3 {
		if err := co.Wait(q.Put(i)); err != nil {
			return err
		}
		fmt.Fprintf(w, "producer: added task %d to the queue\n", i)
	}
	fmt.Fprintln(w, "producer: adding stop signals to the queue")
	for range consumers {
		if err := co.Wait(q.Put(none)); err != nil {
			return err
		}
	}
	fmt.Fprintln(w, "producer: waiting for queue to empty")
	if err := co.Wait(q.Join()); err != nil {
		return err
	}
	fmt.Fprintln(w, "producer: ending")
	return nil
}

// all runs a producer and two consumers.
//
//coroutine:async
func all(w io.Writer) error {
	q := queues.New[int](2)
	group := co.Self().OpenGroup()
	for n := range 2 {
		rt.SpawnIn(group, consumerAsync(w, n, q))
	}
	rt.SpawnIn(group, producerAsync(w, q, 2))
	return co.Wait(group.Join())
}

// orders shows in what order values come out. It never waits, and needs no loop.
func orders(w io.Writer) {
	for _, queue := range []struct {
		name string
		q    *queues.Queue[int]
	}{
		{"Queue", queues.New[int](0)},
		{"LifoQueue", queues.NewLifo[int](0)},
		{"PriorityQueue", queues.NewPriority(0, cmp.Compare[int])},
	} {
		for _, x := range []int{2, 3, 1} {
			queue.q.TryPut(x)
		}
		var out []int
		for x, ok := queue.q.TryGet(); ok; x, ok = queue.q.TryGet() {
			out = append(out, x)
		}
		fmt.Fprintln(w, queue.name, out)
	}
}
