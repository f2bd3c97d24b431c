// Thousand is the program of "From Zero to AsyncIO" in which a thousand tasks sleep for 500
// seconds in all, and are done in one: each sleeps for a random time of up to a second, and all
// of them at once.
//
// This file has the Task of the page, on its loop (package event). rt.go has the same on package
// rt.
//
//	go run ./generated/fromzero/thousand
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
//go:generate go tool coroutinegen -o ../../../generated/fromzero/thousand

func main() {
	tasks := flag.Int("tasks", 1000, "`number` of tasks")
	verbose := flag.Bool("v", false, "print what each task does")
	flag.Parse()
	w := io.Discard
	if *verbose {
		w = os.Stdout
	}
	begun := time.Now()
	p := &program{w: w, random: random}
	p.run(*tasks)
	fmt.Printf("own loop: %d tasks have slept for %v in %v\n", p.ended, p.total, time.Since(begun))

	begun = time.Now()
	p = &program{w: w, random: random}
	if err := p.runOnRt(*tasks); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("rt: %d tasks have slept for %v in %v\n", p.ended, p.total, time.Since(begun))
}

func random() time.Duration { return rand.N(time.Second) }

// A program is what is global on the page.
type program struct {
	w      io.Writer
	random func() time.Duration
	loop   event.Loop
	count  int           // of tasks
	ended  int           // so many of them have ended
	total  time.Duration // that tasks sleep
}

// run runs n tasks, and stops after 1.1 seconds.
func (p *program) run(n int) {
	for range n {
		p.loop.CallSoon(p.newTask().run)
	}
	p.loop.CallLater(1100*time.Millisecond, p.loop.Stop)
	p.loop.RunForever()
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
		if delay, ok := t.coro.Next(); ok {
			t.p.total += delay
			t.p.loop.CallLater(delay, t.run)
		} else {
			_, t.err = t.coro.Result()
			t.done = true
			t.p.ended++
		}
	}
	fmt.Fprintln(t.p.w, "-------------------------")
}

//coroutine:generator
func (p *program) task(y co.Yielder[time.Duration, rt.Void]) error {
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
func (p *program) mainStep(y co.Yielder[time.Duration, rt.Void]) (float64, error) {
	fmt.Fprintln(p.w, " SmallStep(s)...")
	result, err := p.smallStep(y)
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(p.w, " SmallStep(s) Finished with result", result)
	return result * 100, nil
}

//coroutine:generator
func (p *program) smallStep(y co.Yielder[time.Duration, rt.Void]) (float64, error) {
	delay := p.random()
	begun := time.Now()
	if _, err := y.Yield(delay); err != nil {
		return 0, err
	}
	if took := time.Since(begun); took < delay {
		return 0, fmt.Errorf("you did not block for %v, but %v", delay, took)
	}
	return delay.Seconds(), nil
}
