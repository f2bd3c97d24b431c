// Reading is section 3 of the answer "Coroutines versus subroutines in a nut shell", "I/O event
// loop": the loop of example sleeping waits by select in place of time.Sleep, and so it can wait for
// files as well.
//
//	select.select(rlist, wlist, [], timeout)    system.Select(read, write, timeout)
//	class AsyncRead                             type asyncRead
//	await AsyncRead(file, amount)               (&asyncRead{...}).await(y)
//	waiting_read[command.file] = coroutine      the same
//
// The page's loop has two faults, which this one has not: waiting.sort() compares coroutines when two
// want to wake up at the same time, which is a TypeError, and a second coroutine that reads the
// same file takes the place of the first, which never goes on.
//
// rt.go has the same on package rt, which reads files on threads: select always says that a file is
// ready, and reading it blocks nevertheless.
//
//	go run ./generated/answers/reading
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"slices"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/answers/selects"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/answers/reading

func main() {
	p := &program{w: os.Stdout, system: selects.New()}
	const path = "/dev/urandom"
	if err := p.writable(os.DevNull); err != nil {
		log.Fatal(err)
	}
	if err := p.run(p.sleepyPull("background", 5), p.readyPull(path, 1024*32)); err != nil {
		log.Fatal(err)
	}
	fmt.Println("once more on package rt:")
	if _, err := rt.Run(rtBothAsync(os.Stdout, path)); err != nil {
		log.Fatal(err)
	}
}

// A program is what is global on the page.
type program struct {
	w      io.Writer
	system selects.System
}

// writable is section 3.1: a file is open for writing, and ready.
func (p *program) writable(path string) error {
	target, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer target.Close()
	_, writable, err := p.system.Select(nil, []int{int(target.Fd())}, -1)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.w, len(writable), "writable")
	return nil
}

// An asyncSleep is that of example sleeping.
type asyncSleep struct{ until time.Duration }

//coroutine:generator
func (s asyncSleep) await(y co.Yielder[any, rt.Void]) error {
	_, err := y.Yield(s)
	return err
}

//coroutine:generator
func (p *program) asleep(d time.Duration, y co.Yielder[any, rt.Void]) error {
	if err := (asyncSleep{p.system.Now() + d/2}).await(y); err != nil {
		return err
	}
	return asyncSleep{p.system.Now() + d/2}.await(y)
}

// An asyncRead is the event that a file can be read, until there is the amount.
type asyncRead struct {
	file   *os.File
	amount int
	buffer []byte
}

// await yields the event to the loop, as often as it takes.
//
//coroutine:generator
func (r *asyncRead) await(y co.Yielder[any, rt.Void]) ([]byte, error) {
	for len(r.buffer) < r.amount {
		if _, err := y.Yield(r); err != nil {
			return nil, err
		}
		// we only get here if Read should not block
		var b [1]byte
		n, err := r.file.Read(b[:])
		if err != nil {
			return nil, err
		}
		r.buffer = append(r.buffer, b[:n]...)
	}
	return r.buffer, nil
}

// String is __repr__.
func (r *asyncRead) String() string {
	return fmt.Sprintf("AsyncRead(file=%s, amount=%d, progress=%d)", r.file.Name(), r.amount, len(r.buffer))
}

// A coroutine is what a loop runs.
type coroutine interface {
	Next() (event any, ok bool)
	Result() (rt.Void, error)
	Close() error
}

// A waiter is a coroutine that sleeps.
type waiter struct {
	until     time.Duration
	coroutine coroutine
}

var errTwoReaders = errors.New("two coroutines read the same file")

// run is that of section 3.4. It runs all coroutines until completion.
func (p *program) run(coroutines ...coroutine) error {
	waitingRead := map[*os.File]coroutine{}
	var waiting []waiter
	for _, coroutine := range coroutines {
		defer coroutine.Close() // in case another one fails
		waiting = append(waiting, waiter{0, coroutine})
	}
	later := func(w waiter) {
		waiting = append(waiting, w)
		slices.SortStableFunc(waiting, func(a, b waiter) int { return int(a.until - b.until) })
	}
	for len(waiting)+len(waitingRead) > 0 {
		// 2. wait until the next coroutine may run or read...
		var next waiter
		timeout := time.Duration(-1)
		if len(waiting) > 0 {
			next, waiting = waiting[0], waiting[1:]
			timeout = max(0, next.until-p.system.Now())
		}
		readable, err := p.readable(waitingRead, timeout)
		if err != nil {
			return err
		}
		// ...and select the appropriate one
		if readable != nil && (next.coroutine == nil || p.system.Now() < next.until) {
			if next.coroutine != nil {
				later(next)
			}
			next.coroutine = waitingRead[readable]
			delete(waitingRead, readable)
		}
		// 3. run this coroutine
		command, ok := next.coroutine.Next()
		if !ok {
			if _, err := next.coroutine.Result(); err != nil {
				return err
			}
			continue
		}
		switch command := command.(type) {
		case asyncSleep: // 1. sort coroutines by their desired suspension...
			later(waiter{command.until, next.coroutine})
		case *asyncRead: // ...or register reads
			if waitingRead[command.file] != nil {
				return errTwoReaders
			}
			waitingRead[command.file] = next.coroutine
		}
	}
	return nil
}

// readable waits for one of the files, or for the timeout.
func (p *program) readable(files map[*os.File]coroutine, timeout time.Duration) (*os.File, error) {
	byFD := map[int]*os.File{}
	var fds []int
	for file := range files {
		fd := int(file.Fd())
		byFD[fd] = file
		fds = append(fds, fd)
	}
	slices.Sort(fds)
	readable, _, err := p.system.Select(fds, nil, timeout)
	if len(readable) == 0 || err != nil {
		return nil, err
	}
	return byFD[readable[0]], nil
}

// sleepy is that of example sleeping.
//
//coroutine:generator
func (p *program) sleepy(identifier string, count int, y co.Yielder[any, rt.Void]) error {
	for i := range count {
		fmt.Fprintln(p.w, identifier, "step", i+1, "at", fmt.Sprintf("%.2f", p.system.Now().Seconds()))
		if err := p.asleep(100*time.Millisecond, y); err != nil {
			return err
		}
	}
	return nil
}

// ready is that of section 3.5.
//
//coroutine:generator
func (p *program) ready(path string, amount int, y co.Yielder[any, rt.Void]) error {
	fmt.Fprintln(p.w, "read", path, "at", int(p.system.Now().Seconds()))
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	result, err := (&asyncRead{file: file, amount: amount}).await(y)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.w, "done", path, "at", int(p.system.Now().Seconds()))
	fmt.Fprintln(p.w, "got", len(result), "B")
	return nil
}
