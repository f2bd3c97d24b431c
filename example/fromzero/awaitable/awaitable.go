// Awaitable is the first task of "From Zero to AsyncIO": coroutines that await each other, an
// Awaitable at the end of the chain, and a Task that runs them.
//
// Everything is a generator. An Awaitable yields what is to be done: a function and its
// argument. The Task does it, and goes on with the coroutine.
//
//	async def small_step()        func smallStep(w, y co.Yielder[call, rt.Void]), a generator
//	await small_step()            co.YieldFrom(y, smallStepPull(w))
//	def __await__(self): yield    func (a awaitable) await(y): y.Yield
//	coro.send(None)               coro.Next()
//	StopIteration.value           coro.Result()
//
// byhand.go has the same chain without yield. rt.go has it with co.Await, on package rt.
//
//	go run ./generated/fromzero/awaitable
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
//go:generate go tool coroutinegen -o ../../../generated/fromzero/awaitable

func main() {
	(&task{taskBodyPull(os.Stdout)}).run()
	fmt.Println("once more on package rt:")
	runOnRt(os.Stdout)
}

// A call is what an awaitable yields.
type call struct {
	fn  func(time.Duration)
	arg time.Duration
}

// An awaitable is the Awaitable of the page.
type awaitable struct{ obj call }

// await is __await__: it hands out what blocks, and goes on when that has been done.
//
//coroutine:generator
func (a awaitable) await(y co.Yielder[call, rt.Void]) error {
	_, err := y.Yield(a.obj)
	return err
}

// taskBody is task of the page, whose name the type has here.
//
//coroutine:generator
func taskBody(w io.Writer, y co.Yielder[call, rt.Void]) error {
	fmt.Fprintln(w, "TASK BEGIN...")
	fmt.Fprintln(w, " MainStep...")
	result, err := co.YieldFrom(y, mainStepPull(w))
	if err != nil {
		return err
	}
	fmt.Fprintln(w, " MainStep Finished with result", result)
	fmt.Fprintln(w, "TASK END")
	return nil
}

//coroutine:generator
func mainStep(w io.Writer, y co.Yielder[call, rt.Void]) (int, error) {
	fmt.Fprintln(w, " SmallStep(s)...")
	result, err := co.YieldFrom(y, smallStepPull(w))
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(w, " SmallStep(s) Finished with result", result)
	return result * 100, nil
}

//coroutine:generator
func smallStep(w io.Writer, y co.Yielder[call, rt.Void]) (int, error) {
	begun := time.Now()
	if _, err := co.YieldFrom(y, awaitable{call{time.Sleep, 2 * time.Second}}.awaitPull()); err != nil {
		return 0, err
	}
	if time.Since(begun) < 2*time.Second {
		return 0, errNoBlock
	}
	fmt.Fprintln(w, " I'm finished")
	return 123, nil
}

// A coroutine is what a task runs.
type coroutine interface {
	Next() (call, bool)
	Result() (rt.Void, error)
}

// A task is the Task of the page.
type task struct{ coro coroutine }

// run does what the coroutine yields until it returns. All else has to wait meanwhile.
func (t *task) run() error {
	for {
		x, ok := t.coro.Next()
		if !ok {
			_, err := t.coro.Result()
			return err
		}
		x.fn(x.arg)
	}
}
