// Workers is the Lisp question of "Questions and answers": how queues pass messages between
// workers. The question has one queue, which the main thread looks into until it is empty. In the
// answer nobody looks: a worker gets from one queue and puts into another, and whoever needs the
// answer waits for it there.
//
//	poll     the question: look every 0.2 seconds, print what is there
//	reply    the answer: a queue of requests, and one of replies
//	thread   the answer with a worker that is a thread, as those of Lisp are (threads.go)
//	either   whichever of two workers answers first: both put into one queue, with their names
//	feed     the comment's question: give a worker more work as soon as it has answered
//	select   the first answer again, with a queue for each worker: a select, as in Go
//	both     wait for both: a queue each
//	reader   select as Calispel has it (reader.go)
//
//	(make-queue)                  queues.New[int](0)
//	(push-queue x q)              q.TryPut(x), or co.Wait(q.Put(x)) if the queue has a limit
//	(pop-queue q)                 co.Await(q.Get())
//	(submit-task c #'foo in out)  rt.SpawnIn(group, fooAsync(in, out))
//	(with-temp-kernel ...)        a group, which ends before its owner does
//
// goroutines.go has the answer's program with goroutines and channels.
//
//	go run ./generated/answers/workers
package main

import (
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
//go:generate go tool coroutinegen -o ../../../generated/answers/workers

func main() {
	for _, program := range []struct {
		name string
		run  func(io.Writer) rt.Coroutine[rt.Void]
	}{
		{"poll", pollAsync},
		{"reply", replyAsync},
		{"thread", threadAsync},
		{"either", eitherAsync},
		{"feed", feedAsync},
		{"select", selectFirstAsync},
		{"both", bothAsync},
		{"reader", readerTestAsync},
	} {
		fmt.Println(program.name)
		if _, err := rt.Run(program.run(os.Stdout)); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println("goroutines")
	replyGo(os.Stdout)
	selectGo(os.Stdout)
}

// popLater is the question's foo.
//
//coroutine:async
func popLater(q *queues.Queue[int]) error {
	if err := co.Wait(rt.Sleep(time.Second)); err != nil {
		return err
	}
	_, err := co.Await(q.Get())
	return err // q is now empty
}

// A store keeps the values of a queue in their order. It implements queues.Store. One cannot look
// into the queues of package queues, but poll can look into its store.
type store struct{ values []int }

func (s *store) Push(v int) { s.values = append(s.values, v) }
func (s *store) Pop() int {
	v := s.values[0]
	s.values = s.values[1:]
	return v
}

// poll is the question's test.
//
//coroutine:async
func poll(w io.Writer) error {
	s := new(store)
	q := queues.NewOf(0, s)
	q.TryPut(0)
	group := co.Self().OpenGroup()
	rt.SpawnIn(group, popLaterAsync(q))
	for {
		if err := co.Wait(rt.Sleep(200 * time.Millisecond)); err != nil {
			return err
		}
		if q.Len() == 0 {
			fmt.Fprintln(w, "NIL")
			break
		}
		fmt.Fprintln(w, s.values[0]) // peek-queue
	}
	return co.Wait(group.Join()) // end-kernel :wait t
}

// foo is the answer's foo: it adds one to a request.
//
//coroutine:async
func foo(in, out *queues.Queue[int]) error {
	x, err := co.Await(in.Get())
	if err != nil {
		return err
	}
	return co.Wait(out.Put(x + 1))
}

// reply is the answer's test.
//
//coroutine:async
func reply(w io.Writer) error {
	in, out := queues.New[int](0), queues.New[int](0)
	group := co.Self().OpenGroup()
	rt.SpawnIn(group, fooAsync(in, out))
	if err := co.Wait(in.Put(0)); err != nil { // "could be blocking"
		return err
	}
	x, err := co.Await(out.Get()) // "could be blocking too"
	if err != nil {
		return err
	}
	fmt.Fprintln(w, x)
	return co.Wait(group.Join())
}

// A message is a result with the id of the worker that it comes from.
type message struct{ id, result int }

// worker answers id*10 after a while.
//
//coroutine:async
func worker(id int, while time.Duration, out *queues.Queue[message]) error {
	if err := co.Wait(rt.Sleep(while)); err != nil {
		return err
	}
	return co.Wait(out.Put(message{id, id * 10}))
}

// What the two workers of the next programs take.
const (
	while1 = 500 * time.Millisecond
	while2 = 200 * time.Millisecond
)

// either prints results as they come: "as soon as either a task t1 or t2 gives a result".
//
//coroutine:async
func either(w io.Writer) error {
	results := queues.New[message](0)
	group := co.Self().OpenGroup()
	rt.SpawnIn(group, workerAsync(1, while1, results))
	rt.SpawnIn(group, workerAsync(2, while2, results))
	for range 2 {
		m, err := co.Await(results.Get())
		if err != nil {
			return err
		}
		switch m.id {
		case 1:
			fmt.Fprintln(w, "the first worker answers", m.result)
		case 2:
			fmt.Fprintln(w, "the second worker answers", m.result)
		}
	}
	return co.Wait(group.Join())
}

// steady is a worker that does one job after another.
//
//coroutine:async
func steady(id int, while time.Duration, jobs *queues.Queue[int], results *queues.Queue[message]) error {
	for {
		job, err := co.Await(jobs.Get())
		if err != nil {
			return err
		}
		if err := co.Wait(rt.Sleep(while)); err != nil {
			return err
		}
		if err := co.Wait(results.Put(message{id, job})); err != nil {
			return err
		}
	}
}

// feed gives each of two workers a new job when it has done one, until five jobs are done. It looks
// at no worker: the results say who is free.
//
//coroutine:async
func feed(w io.Writer) error {
	const jobs = 5
	results := queues.New[message](0)
	workers := map[int]*queues.Queue[int]{1: queues.New[int](0), 2: queues.New[int](0)}
	group := co.Self().OpenGroup()
	rt.SpawnIn(group, steadyAsync(1, while1, workers[1], results))
	rt.SpawnIn(group, steadyAsync(2, while2, workers[2], results))
	workers[1].TryPut(1)
	workers[2].TryPut(2)
	next := 3
	for range jobs {
		m, err := co.Await(results.Get())
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "worker %d has done job %d\n", m.id, m.result)
		if next <= jobs {
			workers[m.id].TryPut(next)
			next++
		}
	}
	group.Cancel(nil)
	return co.Wait(group.Join())
}

// selectFirst prints whichever result comes first, and cancels the other worker.
//
//coroutine:async
func selectFirst(w io.Writer) error {
	out1, out2 := queues.New[message](0), queues.New[message](0)
	group := co.Self().OpenGroup()
	rt.SpawnIn(group, workerAsync(1, while1, out1))
	rt.SpawnIn(group, workerAsync(2, while2, out2))
	first, second := rt.On(out1.Get()), rt.On(out2.Get())
	chosen, err := co.Await(rt.Select(first, second))
	if err != nil {
		return err
	}
	switch chosen {
	case first:
		m, _ := first.Result()
		fmt.Fprintln(w, "the first worker answers", m.result)
	case second:
		m, _ := second.Result()
		fmt.Fprintln(w, "the second worker answers", m.result)
	}
	group.Cancel(nil)
	return co.Wait(group.Join())
}

// both waits for both results.
//
//coroutine:async
func both(w io.Writer) error {
	out1, out2 := queues.New[message](0), queues.New[message](0)
	group := co.Self().OpenGroup()
	rt.SpawnIn(group, workerAsync(1, while1, out1))
	rt.SpawnIn(group, workerAsync(2, while2, out2))
	m1, err := co.Await(out1.Get())
	if err != nil {
		return err
	}
	m2, err := co.Await(out2.Get())
	if err != nil {
		return err
	}
	fmt.Fprintln(w, m1.result, m2.result)
	return co.Wait(group.Join())
}
