// Awaitself is the second form of the Awaitable of "From Zero to AsyncIO": it yields itself, so
// that anything may be awaited, and not only a function that blocks. The Task looks into it.
//
// Here and in the steps after this one, await f() is written f(y): a generator that is given
// the Yielder of another one yields in its place. That is short for co.YieldFrom(y, fPull()).
//
//	go run ./generated/fromzero/awaitself
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/fromzero/awaitself

func main() { newTask(os.Stdout).run() }

// An awaitable is the Awaitable of the page. What is to be done with obj is for the task to know.
type awaitable struct{ obj []any }

// await is __await__: yield self.
//
//coroutine:generator
func (a awaitable) await(y co.Yielder[awaitable, rt.Void]) error {
	_, err := y.Yield(a)
	return err
}

//coroutine:generator
func mainTask(w io.Writer, y co.Yielder[awaitable, rt.Void]) (int, error) {
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
func mainStep(w io.Writer, y co.Yielder[awaitable, rt.Void]) (int, error) {
	fmt.Fprintln(w, " SmallStep(s)...")
	result, err := smallStep(w, y)
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(w, " SmallStep(s) Finished with result", result)
	return result * 100, nil
}

//coroutine:generator
func smallStep(w io.Writer, y co.Yielder[awaitable, rt.Void]) (int, error) {
	begun := time.Now()
	if err := (awaitable{[]any{time.Sleep, 2 * time.Second}}).await(y); err != nil {
		return 0, err
	}
	if time.Since(begun) < 2*time.Second {
		return 0, errors.New("it did not block")
	}
	fmt.Fprintln(w, " I'm finished")
	return 123, nil
}

// A task is the Task of the page.
type task struct{ coro *mainTaskGenerator }

func newTask(w io.Writer) *task { return &task{mainTaskPull(w)} }

func (t *task) run() (int, error) {
	for x := range t.coro.All() {
		fn, arg := x.obj[0].(func(time.Duration)), x.obj[1].(time.Duration) // func, arg = x.obj
		fn(arg)
	}
	return t.coro.Result()
}
