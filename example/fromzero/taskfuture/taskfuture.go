// Taskfuture is the last step of "From Zero to AsyncIO" before the whole: a Task is a Future,
// whose result is set when its coroutine returns. So a task can await another task. The page
// inherits; Go embeds.
//
// rt.go has the same on package rt, where a task may be awaited as well.
//
//	go run ./generated/fromzero/taskfuture
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
//go:generate go tool coroutinegen -o ../../../generated/fromzero/taskfuture

func main() {
	(&program{w: os.Stdout}).run()
	fmt.Println("once more on package rt:")
	if _, err := rt.Run(rtMainAsync(os.Stdout)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// delay is what the operation takes, and its result in seconds.
const delay = 125 * time.Millisecond

// A program is what is global on the page.
type program struct {
	w     io.Writer
	loop  event.Loop
	count int // of tasks
}

// run starts two tasks. The second awaits the first.
func (p *program) run() (step, waiter *task) {
	step = p.newTask(p.mainStepPull())
	waiter = p.newTask(p.waitForPull(step))
	waiter.addDoneCallback(p.loop.Stop)
	p.loop.CallSoon(step.run)
	p.loop.CallSoon(waiter.run)
	p.loop.RunForever()
	return step, waiter
}

// A future is the Future of the page, with an error in case that a task fails.
type future struct {
	value     float64
	err       error
	done      bool
	callbacks []func()
}

func (f *future) addDoneCallback(fn func()) { f.callbacks = append(f.callbacks, fn) }

func (f *future) setResult(v float64, err error) {
	if f.done {
		panic("the future is done")
	}
	f.value, f.err, f.done = v, err, true
	for _, fn := range f.callbacks {
		fn()
	}
}

var errNotDone = errors.New("the future is not done")

func (f *future) result() (float64, error) {
	if !f.done {
		return 0, errNotDone
	}
	return f.value, f.err
}

// await is __await__.
//
//coroutine:generator
func (f *future) await(y co.Yielder[*future, rt.Void]) (float64, error) {
	if _, err := y.Yield(f); err != nil {
		return 0, err
	}
	return f.result()
}

// A task is the Task of the page: a future whose result a coroutine computes.
type task struct {
	future
	p    *program
	id   string
	coro coroutine
}

// A coroutine is what a task runs.
type coroutine interface {
	Next() (*future, bool)
	Result() (float64, error)
}

func (p *program) newTask(coro coroutine) *task {
	t := &task{p: p, id: fmt.Sprintf("Task-%d", p.count), coro: coro}
	p.count++
	return t
}

func (t *task) run() {
	fmt.Fprintf(t.p.w, "--------- %s --------\n", t.id)
	if !t.done {
		if x, ok := t.coro.Next(); ok {
			x.addDoneCallback(t.run)
		} else {
			t.setResult(t.coro.Result()) // runs the tasks that wait within this step
		}
	}
	fmt.Fprintln(t.p.w, "-------------------------")
}

// waitFor awaits another task.
//
//coroutine:generator
func (p *program) waitFor(t *task, y co.Yielder[*future, rt.Void]) (float64, error) {
	fmt.Fprintln(p.w, "waiting for", t.id)
	result, err := t.await(y)
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(p.w, "it has returned", result)
	return 0, nil
}

//coroutine:generator
func (p *program) mainStep(y co.Yielder[*future, rt.Void]) (float64, error) {
	fmt.Fprintln(p.w, " SmallStep(s)...")
	result, err := p.smallStep(y)
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(p.w, " SmallStep(s) Finished with result", result)
	return result * 100, nil
}

//coroutine:generator
func (p *program) smallStep(y co.Yielder[*future, rt.Void]) (float64, error) {
	fut := new(future)
	p.loop.CallLater(delay, func() { fut.setResult(delay.Seconds(), nil) })
	return fut.await(y)
}
