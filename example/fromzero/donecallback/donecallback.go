// Donecallback is the Future of "From Zero to AsyncIO" that tells its tasks: set_result calls the
// callbacks, and Task.run has added itself to them. What sets the result is here a timer of the
// loop.
//
//	fut.add_done_callback(self.run)    fut.addDoneCallback(t.run)
//	await fut                          fut.await(y)
//
// rt.go has the same on package rt.
//
//	go run ./generated/fromzero/donecallback
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/fromzero/event"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/fromzero/donecallback

func main() {
	p := &program{w: os.Stdout}
	p.run(300 * time.Millisecond)
	fmt.Println("once more on package rt:")
	p = &program{w: os.Stdout}
	if _, err := rt.Run(p.mainAsync(), rt.WithObserver(steps{os.Stdout})); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// delay is what the operation takes, and its result in seconds.
const delay = 125 * time.Millisecond

// The errors are RuntimeError on the page.
var (
	errNotDone = errors.New("the future is not done")
	errDone    = errors.New("the future is done")
)

// A notifier is what tasks need to know of a future: its results may be of any type.
type notifier interface{ addDoneCallback(func()) }

// A future is the Future of the page.
type future[T any] struct {
	value     T
	done      bool
	callbacks []func()
}

func (f *future[T]) addDoneCallback(fn func()) { f.callbacks = append(f.callbacks, fn) }

func (f *future[T]) setResult(v T) error {
	if f.done {
		return errDone
	}
	f.value, f.done = v, true
	for _, fn := range f.callbacks {
		fn()
	}
	return nil
}

func (f *future[T]) result() (v T, err error) {
	if !f.done {
		return v, errNotDone
	}
	return f.value, nil
}

// await is __await__: yield self, return self.result.
//
//coroutine:generator
func (f *future[T]) await(y co.Yielder[notifier, rt.Void]) (v T, err error) {
	if _, err := y.Yield(f); err != nil {
		return v, err
	}
	return f.result()
}

// A program is what is global on the page.
type program struct {
	w     io.Writer
	loop  event.Loop
	count int // of tasks
}

func (p *program) run(total time.Duration) *task {
	t := p.newTask()
	p.loop.CallSoon(t.run)
	p.loop.CallLater(total, p.loop.Stop)
	p.loop.RunForever()
	return t
}

// A task is the Task of the page.
type task struct {
	p    *program
	id   string
	coro *programTaskGenerator
	done bool
	err  error
}

func (p *program) newTask() *task {
	t := &task{p: p, id: fmt.Sprintf("Task-%d", p.count), coro: p.taskPull()}
	p.count++
	return t
}

func (t *task) run() {
	fmt.Fprintf(t.p.w, "--------- %s --------\n", t.id)
	if !t.done {
		if x, ok := t.coro.Next(); ok {
			x.addDoneCallback(t.run)
		} else {
			_, t.err = t.coro.Result()
			t.done = true
		}
	}
	fmt.Fprintln(t.p.w, "-------------------------")
}

//coroutine:generator
func (p *program) task(y co.Yielder[notifier, rt.Void]) error {
	fmt.Fprintln(p.w, "TASK BEGIN...")
	fmt.Fprintln(p.w, " MainStep...")
	result, err := p.mainStep(y)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.w, " MainStep Finished with result", result)
	fmt.Fprintln(p.w, "TASK END")
	return nil
}

//coroutine:generator
func (p *program) mainStep(y co.Yielder[notifier, rt.Void]) (float64, error) {
	fmt.Fprintln(p.w, " SmallStep(s)...")
	result, err := p.smallStep(y)
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(p.w, " SmallStep(s) Finished with result", result)
	return result * 100, nil
}

//coroutine:generator
func (p *program) smallStep(y co.Yielder[notifier, rt.Void]) (float64, error) {
	fut := new(future[float64])
	p.loop.CallLater(delay, func() { fut.setResult(delay.Seconds()) })
	return fut.await(y)
}
