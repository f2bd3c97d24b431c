// Eventloop is the step of "From Zero to AsyncIO" that takes the scheduling from the caller and
// gives it to an event loop: call_soon, call_later, run_forever, stop. The loop is package
// event. The task is still told from outside when to go on.
//
//	go run ./generated/fromzero/eventloop
package main

import (
	"fmt"
	"io"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/fromzero/event"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/fromzero/eventloop

func main() {
	onOwnLoop(os.Stdout)
	fmt.Println("once more on package rt:")
	loop, err := rt.NewLoop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer loop.Close()
	onRt(loop, os.Stdout)
}

// onOwnLoop runs a task on the loop of the page.
func onOwnLoop(w io.Writer) *task {
	t := newTask(w)
	var loop event.Loop
	loop.CallSoon(t.run)
	loop.CallLater(2*time.Second, t.run)
	loop.CallLater(2100*time.Millisecond, loop.Stop)
	loop.RunForever()
	return t
}

// onRt does the same with the callbacks of a loop of package rt, which has them under the same
// names.
func onRt(loop *rt.Loop, w io.Writer) *task {
	t := newTask(w)
	loop.CallSoon(t.run)
	loop.CallLater(2*time.Second, t.run)
	loop.CallLater(2100*time.Millisecond, loop.Stop)
	loop.RunForever()
	return t
}

// A task is the Task of the page, which takes a step whenever it is run.
type task struct {
	coro   *mainTaskGenerator
	done   bool
	result int
}

func newTask(w io.Writer) *task { return &task{coro: mainTaskPull(w)} }

func (t *task) run() {
	if t.done {
		return
	}
	if _, ok := t.coro.Next(); !ok {
		t.result, _ = t.coro.Result()
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
	if _, err := y.Yield(2 * time.Second); err != nil {
		return 0, err
	}
	fmt.Fprintln(w, " I'm finished")
	return 123, nil
}
