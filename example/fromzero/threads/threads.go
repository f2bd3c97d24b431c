// Threads is the whole program of "From Zero to AsyncIO": a thousand tasks, each of which waits
// for a future that a thread completes. A thread is a goroutine here.
//
// This file has the Task and the Future of the page, on its loop (package event). rt.go has the
// same on package rt, and goroutines.go without a loop.
//
//	loop.call_soon(self.run) in Task.__init__    newTask
//	threading.Thread(target=read).start()        go func() { ... }()
//	fut.set_result(t_), in the thread            loop.CallSoonThreadsafe(func() { fut.setResult(d) })
//
// On the page, a thread that sets a result also runs the task that waits for it: the interpreter
// lock makes that work. Here the loop alone runs tasks, and no task needs a lock.
//
//	go run ./generated/fromzero/threads
package main

import (
	"flag"
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
//go:generate go tool coroutinegen -o ../../../generated/fromzero/threads

func main() {
	tasks := flag.Int("tasks", 1000, "`number` of tasks")
	verbose := flag.Bool("v", false, "print what each task does")
	flag.Parse()
	w := io.Discard
	if *verbose {
		w = os.Stdout
	}
	for _, form := range []struct {
		name string
		run  func(p *program)
	}{
		{"own loop", func(p *program) { p.run(*tasks) }},
		{"rt", func(p *program) { rt.Run(p.allAsync(*tasks)) }},
		{"goroutines", func(p *program) { p.goroutines(*tasks) }},
	} {
		p := &program{w: w, random: random, sleep: time.Sleep}
		begun := time.Now()
		form.run(p)
		fmt.Printf("%s: %d tasks were blocked for %v, in %v\n", form.name, p.ended, p.blocked, time.Since(begun))
	}
}

func random() time.Duration { return rand.N(time.Second) }

// A program is what is global on the page.
type program struct {
	w       io.Writer
	random  func() time.Duration // how long an operation of a thread takes
	sleep   func(time.Duration)  // is called by threads
	loop    event.Loop
	count   int           // of tasks
	ended   int           // so many of them have ended
	blocked time.Duration // from the beginnings of the tasks to their ends
}

// run runs n tasks until all have ended. The page looks in every turn whether they have.
func (p *program) run(n int) {
	for range n {
		p.newTask().addDoneCallback(func() {
			if p.ended == n {
				p.loop.Stop()
			}
		})
	}
	p.loop.RunForever()
}

// fakeIO starts a thread that completes fut.
func (p *program) fakeIO(fut *future) {
	d := p.random()
	go func() {
		p.sleep(d)
		p.loop.CallSoonThreadsafe(func() { fut.setResult(d.Seconds(), nil) })
	}()
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
		panic("the future is done") // RuntimeError
	}
	f.value, f.err, f.done = v, err, true
	for _, fn := range f.callbacks {
		fn()
	}
}

func (f *future) result() (float64, error) {
	if !f.done {
		panic("the future is not done") // RuntimeError
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
	p     *program
	id    string
	coro  *programTaskGenerator
	begun time.Time
}

func (p *program) newTask() *task {
	t := &task{p: p, id: fmt.Sprintf("Task-%d", p.count), coro: p.taskPull(), begun: time.Now()}
	p.count++
	p.loop.CallSoon(t.run)
	return t
}

func (t *task) run() {
	fmt.Fprintf(t.p.w, "--------- %s --------\n", t.id)
	if !t.done {
		if x, ok := t.coro.Next(); ok {
			x.addDoneCallback(t.run)
		} else {
			t.p.ended++
			t.p.blocked += time.Since(t.begun)
			t.setResult(t.coro.Result())
		}
	}
	fmt.Fprintln(t.p.w, "-------------------------")
}

//coroutine:generator
func (p *program) task(y co.Yielder[*future, rt.Void]) (float64, error) {
	fmt.Fprintln(p.w, "TASK BEGIN...")
	fmt.Fprintln(p.w, " MainStep...")
	result, err := p.mainStep(y)
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(p.w, " MainStep Finished with result", result)
	fmt.Fprintln(p.w, "TASK END")
	return result, nil
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
	p.fakeIO(fut)
	return fut.await(y)
}
