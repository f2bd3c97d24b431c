// Delays is the step of "From Zero to AsyncIO" in which a task says itself when it goes on: it
// yields how long it has to wait, a random time, and Task.run calls call_later for itself.
//
//	await Awaitable(time_)               y.Yield(delay)
//	loop.call_later(*x.obj, self.run)    loop.CallLater(delay, t.run)
//
//	go run ./generated/fromzero/delays
package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/fromzero/event"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/fromzero/delays

func main() {
	// The page gives the loop 1.1 seconds, which is enough for one in three runs.
	delay := time.Duration(1+rand.IntN(3)) * time.Second
	run(os.Stdout, delay, delay+100*time.Millisecond)
}

// run gives a task, whose small step takes delay, a loop that runs for total.
func run(w io.Writer, delay, total time.Duration) *task {
	var loop event.Loop
	t := &task{loop: &loop, coro: mainTaskPull(w, delay)}
	defer t.coro.Close() // if it has not ended; Python closes a coroutine when it frees it
	loop.CallSoon(t.run)
	loop.CallLater(total, loop.Stop)
	loop.RunForever()
	return t
}

// A task is the Task of the page.
type task struct {
	loop   *event.Loop
	coro   *mainTaskGenerator
	done   bool
	result float64 // in seconds
	err    error
}

// run takes a step, and arranges for the next one.
func (t *task) run() {
	if t.done {
		return
	}
	delay, ok := t.coro.Next()
	if !ok {
		t.result, t.err = t.coro.Result()
		t.done = true
		return
	}
	t.loop.CallLater(delay, t.run)
}

//coroutine:generator
func mainTask(w io.Writer, delay time.Duration, y co.Yielder[time.Duration, rt.Void]) (float64, error) {
	fmt.Fprintln(w, "TASK BEGIN...")
	fmt.Fprintln(w, " MainStep...")
	result, err := mainStep(w, delay, y)
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(w, " MainStep Finished with result", result)
	fmt.Fprintln(w, "TASK END")
	return result, nil
}

//coroutine:generator
func mainStep(w io.Writer, delay time.Duration, y co.Yielder[time.Duration, rt.Void]) (float64, error) {
	fmt.Fprintln(w, " SmallStep(s)...")
	result, err := smallStep(delay, y)
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(w, " SmallStep(s) Finished with result", result)
	return result * 100, nil
}

//coroutine:generator
func smallStep(delay time.Duration, y co.Yielder[time.Duration, rt.Void]) (float64, error) {
	begun := time.Now()
	if _, err := y.Yield(delay); err != nil {
		return 0, err
	}
	if took := time.Since(begun); took < delay {
		return 0, fmt.Errorf("you did not block for %v, but %v", delay, took)
	}
	return delay.Seconds(), nil
}
