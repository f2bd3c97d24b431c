// Onestep is the Task of "From Zero to AsyncIO" that gives control back: run takes one step,
// to the next yield, and returns. The caller does something else until it runs the task again.
//
//	go run ./generated/fromzero/onestep
package main

import (
	"fmt"
	"io"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/fromzero/onestep

func main() { byTheCaller(os.Stdout) }

// byTheCaller schedules a task by hand, as the page does.
func byTheCaller(w io.Writer) *task {
	t := newTask(w)
	t.run()
	for i := range 10 {
		fmt.Fprintln(w, "doing something", i)
		time.Sleep(200 * time.Millisecond)
	}
	t.run()
	return t
}

// A task is the Task of the page.
type task struct {
	coro   *mainTaskGenerator
	done   bool
	result int
	err    error
}

func newTask(w io.Writer) *task { return &task{coro: mainTaskPull(w)} }

// run takes a step. What the coroutine yields is for the caller to wait for.
func (t *task) run() {
	if t.done {
		return
	}
	if _, ok := t.coro.Next(); !ok {
		t.result, t.err = t.coro.Result()
		t.done = true
	}
}

//coroutine:generator
func mainTask(w io.Writer, y co.Yielder[time.Duration, rt.Void]) (int, error) {
	fmt.Fprintln(w, "TASK BEGIN...")
	fmt.Fprintln(w, " MainStep...")
	result, err := mainStep(w, y)
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(w, " MainStep Finished with result", result)
	fmt.Fprintln(w, "TASK END")
	return result, nil
}

//coroutine:generator
func mainStep(w io.Writer, y co.Yielder[time.Duration, rt.Void]) (int, error) {
	fmt.Fprintln(w, " SmallStep(s)...")
	result, err := smallStep(w, y)
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(w, " SmallStep(s) Finished with result", result)
	return result * 100, nil
}

//coroutine:generator
func smallStep(w io.Writer, y co.Yielder[time.Duration, rt.Void]) (int, error) {
	begun := time.Now()
	if _, err := y.Yield(2 * time.Second); err != nil {
		return 0, err
	}
	if took := time.Since(begun); took < 2*time.Second {
		return 0, fmt.Errorf("you did not block: %v", took)
	}
	fmt.Fprintln(w, " I'm finished")
	return 123, nil
}
