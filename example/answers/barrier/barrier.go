// Barrier is the two OpenMP questions of "Questions and answers": thread 1 fills a queue of tasks,
// the other threads wait, and then all of them take tasks from the queue. With a barrier this
// works; the questions try four ways to do without one:
//
//	blind    wait as long as thread 1 took (which nobody has measured yet when the others read it)
//	full     look every second whether the queue is full
//	flag     look every millisecond whether thread 1 says that it is done
//	barrier  !$OMP BARRIER
//
// Blind, the others come to an empty queue. With full they may wait for ever, "a blinking cursor":
// as soon as one thread has taken a task, the queue is not full any more. The flag works on a loop,
// where no two tasks run at once; for threads it is a race. Both look again and again, and neither
// is told.
//
//	!$OMP PARALLEL           a task for each thread: rt.SpawnIn(group, threadAsync(...))
//	!$OMP BARRIER            co.Await(barrier.Wait())
//	call system_sleep(1)     co.Wait(rt.Sleep(...))
//
// goroutines.go has the barrier for goroutines.
//
//	go run ./generated/answers/barrier -wait barrier
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/answers/barrier

func main() {
	wait := flag.String("wait", "barrier", "`way` to wait: blind, full, flag, barrier or goroutines")
	limit := flag.Duration("limit", 10*time.Second, "`time` after which to give up")
	flag.Parse()
	if *wait == "goroutines" {
		goroutines(os.Stdout)
		return
	}
	if waits[*wait] == nil {
		log.Fatalf("there is no way %q to wait", *wait)
	}
	if _, err := rt.Run(rt.Timeout(*limit, programAsync(os.Stdout, *wait))); err != nil {
		log.Fatal(err)
	}
}

// The numbers of the program: threads, and tasks, as on the page.
const (
	threads   = 4
	firstTask = 5
	lastTask  = 6
)

// shared is what the threads share.
type shared struct {
	queue   []int         // master_queue
	full    bool          // the flag
	took    time.Duration // omp_end - omp_start
	barrier *locks.Barrier
}

// enqueue fills the queue, which takes two seconds a task.
//
//coroutine:async
func (s *shared) enqueue() error {
	begun := co.Self().Loop().Time()
	for task := firstTask; task <= lastTask; task++ {
		if err := co.Wait(rt.Sleep(2 * time.Second)); err != nil {
			return err
		}
		s.queue = append(s.queue, task)
	}
	s.took = co.Self().Loop().Time() - begun
	s.full = true
	return nil
}

// waits are what a thread does before it goes on.
var waits = map[string]func(s *shared, num int) rt.Coroutine[rt.Void]{
	"blind":   blindAsync,
	"full":    fullAsync,
	"flag":    flaggedAsync,
	"barrier": barrierAsync,
}

//coroutine:async
func blind(s *shared, num int) error {
	if num == 1 {
		return nil
	}
	return co.Wait(rt.Sleep(s.took)) // read before it is written
}

//coroutine:async
func full(s *shared, num int) error {
	for num != 1 && len(s.queue) != lastTask-firstTask+1 {
		if err := co.Wait(rt.Sleep(time.Second)); err != nil {
			return err
		}
	}
	return nil
}

//coroutine:async
func flagged(s *shared, num int) error {
	for num != 1 && !s.full {
		if err := co.Wait(rt.Sleep(time.Millisecond)); err != nil {
			return err
		}
	}
	return nil
}

//coroutine:async
func barrier(s *shared, num int) error {
	_, err := co.Await(s.barrier.Wait())
	return err
}

// thread is what every thread runs.
//
//coroutine:async
func thread(w io.Writer, s *shared, num int, wait string) error {
	if num == 1 {
		if err := co.Wait(s.enqueueAsync()); err != nil {
			return err
		}
	}
	if err := co.Wait(waits[wait](s, num)); err != nil {
		fmt.Fprintf(w, "thread %d still waits\n", num) // cancelled
		return err
	}
	execute(w, s, num)
	return nil
}

// execute is master_worker_execution: the thread takes one task, if there is one.
func execute(w io.Writer, s *shared, num int) {
	if len(s.queue) == 0 {
		fmt.Fprintf(w, "thread %d finds no task\n", num)
		return
	}
	task := s.queue[0]
	s.queue = s.queue[1:]
	fmt.Fprintf(w, "thread %d executes task %d\n", num, task)
}

// program is the parallel section.
//
//coroutine:async
func program(w io.Writer, wait string) error {
	s := &shared{barrier: locks.NewBarrier(threads)}
	group := co.Self().OpenGroup()
	for num := 1; num <= threads; num++ {
		rt.SpawnIn(group, threadAsync(w, s, num, wait))
	}
	return co.Wait(group.Join())
}
