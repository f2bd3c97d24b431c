// Future is the first Future of "From Zero to AsyncIO": a result that is not there yet. Unlike
// an awaitable that is made with all that it needs, its result comes from elsewhere, later. A
// task that awaits it stops, but nothing tells the task when to go on: here the caller looks at
// the flag. The next step, donecallback, does better.
//
//	go run ./generated/fromzero/future
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/fromzero/future

func main() {
	run(os.Stdout)
	fmt.Println("once more with the Future of package rt:")
	runRt(os.Stdout)
}

// The errors are RuntimeError on the page.
var (
	errNotDone = errors.New("the future is not done")
	errDone    = errors.New("the future is done")
)

// A future is the Future of the page.
type future struct {
	value int
	done  bool
}

func (f *future) setResult(v int) error {
	if f.done {
		return errDone
	}
	f.value, f.done = v, true
	return nil
}

func (f *future) result() (int, error) {
	if !f.done {
		return 0, errNotDone
	}
	return f.value, nil
}

// await is __await__: yield self. The value is there when somebody resumes the generator.
//
//coroutine:generator
func (f *future) await(y co.Yielder[*future, rt.Void]) (int, error) {
	if _, err := y.Yield(f); err != nil {
		return 0, err
	}
	return f.result()
}

// smallStep awaits a future, which it takes from outside.
//
//coroutine:generator
func smallStep(fut *future, y co.Yielder[*future, rt.Void]) (int, error) {
	result, err := fut.await(y)
	return result, err
}

// run awaits one future that is set in time, and one that is not.
func run(w io.Writer) {
	fut := new(future)
	step := smallStepPull(fut)
	yielded, _ := step.Next()
	fmt.Fprintln(w, "the step waits for our future:", yielded == fut)
	_, err := fut.result()
	fmt.Fprintln(w, "result:", err)
	fmt.Fprintln(w, "set:", fut.setResult(42))
	fmt.Fprintln(w, "set again:", fut.setResult(43))
	step.Next() // since the flag is set
	v, err := step.Result()
	fmt.Fprintln(w, "the step returns:", v, err)

	early := smallStepPull(new(future))
	early.Next()
	early.Next() // nobody has set it
	v, err = early.Result()
	fmt.Fprintln(w, "a step that goes on too early returns:", v, err)
}

// runRt does what can be done without a loop with a Future of package rt.
func runRt(w io.Writer) {
	fut := rt.NewFuture[int]()
	fmt.Fprintln(w, "done:", fut.Done())
	fmt.Fprintln(w, "set:", fut.Set(42))
	fmt.Fprintln(w, "set again:", fut.Set(43))
	v, err, done := fut.Result()
	fmt.Fprintln(w, "result:", v, err, done)
}
