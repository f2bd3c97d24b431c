// Sleeping is section 2 of the answer "Coroutines versus subroutines in a nut shell", "Anatomy of a
// simple event loop": coroutines yield an event, which says when they want to go on, and a loop of
// some 30 lines waits for the first of them.
//
//	class AsyncSleep, yield self           type asyncSleep, y.Yield(s)
//	await AsyncSleep(...)                  asyncSleep{...}.await(y)
//	coroutine.send(None)                   coroutine.Next()
//	except StopIteration                   the second result of Next is false
//	time.sleep(...)                        time.Sleep(...)
//
// byhand.go has sleepy as one would write it without yield. rt.go has it on package rt, where both
// the event and the loop are ready to use.
//
//	go run ./generated/answers/sleeping
package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/answers/sleeping

func main() {
	p := newProgram(os.Stdout)
	p.send()
	p.runSleepy(5)
	fmt.Println("once more on package rt:")
	if _, err := rt.Run(rtSleepersAsync(os.Stdout, 5)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A program has a clock that begins at 0, where the page has time.time().
type program struct {
	w     io.Writer
	begun time.Time
}

func newProgram(w io.Writer) *program { return &program{w: w, begun: time.Now()} }

// now is time.time().
func (p *program) now() time.Duration { return time.Since(p.begun) }

// An asyncSleep is the event to sleep until a point in time. It does not say how.
type asyncSleep struct{ until time.Duration }

// await is __await__: it yields this event to the loop.
//
//coroutine:generator
func (s asyncSleep) await(y co.Yielder[any, rt.Void]) error {
	_, err := y.Yield(s)
	return err
}

// String is __repr__.
func (s asyncSleep) String() string { return fmt.Sprintf("AsyncSleep(until=%.1f)", s.until.Seconds()) }

// asleep awaits that d passes. To show what goes on, it does so in two halves.
//
//coroutine:generator
func (p *program) asleep(d time.Duration, y co.Yielder[any, rt.Void]) error {
	if err := (asyncSleep{p.now() + d/2}).await(y); err != nil {
		return err
	}
	return asyncSleep{p.now() + d/2}.await(y)
}

// A coroutine is what a loop runs.
type coroutine interface {
	Next() (event any, ok bool)
	Result() (rt.Void, error)
	Close() error
}

// send runs a coroutine without a loop, as in section 2.2.1: the events come at once, and nobody
// heeds them. The only delay is that of time.Sleep.
func (p *program) send() {
	asleep := p.asleepPull(100 * time.Second)
	for event, ok := asleep.Next(); ok; event, ok = asleep.Next() {
		fmt.Fprintln(p.w, event)
		time.Sleep(100 * time.Millisecond)
	}
	fmt.Fprintln(p.w, "StopIteration")
}

// run is the naive event loop of section 2.3. It runs all coroutines until completion.
func (p *program) run(coroutines ...coroutine) error {
	type waiter struct {
		until     time.Duration
		coroutine coroutine
	}
	var waiting []waiter
	for _, coroutine := range coroutines {
		defer coroutine.Close() // in case another one fails
		waiting = append(waiting, waiter{0, coroutine})
	}
	for len(waiting) > 0 {
		// 2. pick the first coroutine that wants to wake up
		first := waiting[0]
		waiting = waiting[1:]
		// 3. wait until this point in time
		time.Sleep(first.until - p.now())
		// 4. run this coroutine
		command, ok := first.coroutine.Next()
		if !ok {
			if _, err := first.coroutine.Result(); err != nil {
				return err
			}
			continue
		}
		// 1. sort coroutines by their desired suspension
		if sleep, ok := command.(asyncSleep); ok {
			waiting = append(waiting, waiter{sleep.until, first.coroutine})
			slices.SortStableFunc(waiting, func(a, b waiter) int { return int(a.until - b.until) })
		}
	}
	return nil
}

// sleepy is that of section 2.4.
//
//coroutine:generator
func (p *program) sleepy(identifier string, count int, y co.Yielder[any, rt.Void]) error {
	for i := range count {
		fmt.Fprintln(p.w, identifier, "step", i+1, "at", fmt.Sprintf("%.2f", p.now().Seconds()))
		if err := p.asleep(100*time.Millisecond, y); err != nil {
			return err
		}
	}
	return nil
}

// runSleepy runs n coroutines, which takes as long as one.
func (p *program) runSleepy(n int) error {
	p.begun = time.Now()
	var coroutines []coroutine
	for j := range n {
		coroutines = append(coroutines, p.sleepyPull(fmt.Sprintf("coroutine %d", j), 5))
	}
	return p.run(coroutines...)
}
