// Loops is "Event loops" of the long answer "What is asyncio?": two threads, each with an event
// loop of its own. A thread is a goroutine here; the one of main runs no loop.
//
//	Thread(target=launch_event_loops)      a goroutine
//	loop = asyncio.new_event_loop()        loop, err := rt.NewLoop()
//	loop.run_until_complete(...)           rt.RunUntilComplete(loop, ...)
//	asyncio.get_event_loop().is_running()  loop.Running()
//	loop.close()                           loop.Close()
//
// Goroutines have no names, so the program hands them on. rt.RunLoops(2, ...) does the whole: see
// onRt.
//
//	go run ./generated/answers/loops
package main

import (
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/answers/loops

func main() {
	p := &program{
		w:       os.Stdout,
		random:  func() time.Duration { return time.Duration(1+rand.IntN(5)) * time.Second },
		newLoop: func() (*rt.Loop, error) { return rt.NewLoop() },
	}
	if err := p.run(); err != nil {
		log.Fatal(err)
	}
	if err := p.onRt(); err != nil {
		log.Fatal(err)
	}
}

// ANSI colors
var colors = []string{
	"\033[0m",  // end of color
	"\033[31m", // red
	"\033[32m", // green
	"\033[34m", // blue
}

// A program is what is global on the page.
type program struct {
	mu      sync.Mutex // two goroutines print
	w       io.Writer
	random  func() time.Duration
	newLoop func() (*rt.Loop, error) // asyncio.new_event_loop
}

func (p *program) print(color int, format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(p.w, colors[color]+format+colors[0]+"\n", args...)
}

// doSomethingImportant is do_something_important.
//
//coroutine:async
func (p *program) doSomethingImportant(thread string, sleepFor time.Duration) error {
	p.print(1, "Is event loop running in thread %s = %v", thread, co.Self().Loop().Running())
	return co.Wait(rt.Sleep(sleepFor))
}

// launchEventLoop is launch_event_loops.
func (p *program) launchEventLoop(thread string) error {
	loop, err := p.newLoop()
	if err != nil {
		return err
	}
	defer loop.Close()
	_, err = rt.RunUntilComplete(loop, p.doSomethingImportantAsync(thread, p.random()))
	return err
}

// run is what the page has below if __name__ == "__main__".
func (p *program) run() error {
	start := time.Now()
	var threads sync.WaitGroup
	var errs [2]error
	for i := range errs {
		threads.Go(func() { errs[i] = p.launchEventLoop(fmt.Sprintf("Thread-%d", i+1)) })
	}
	p.print(2, "Is event loop running in thread MainThread = %v", false)
	threads.Wait()
	p.print(3, "Event Loop Execution Time: %.2f seconds.", time.Since(start).Seconds())
	if errs[0] != nil {
		return errs[0]
	}
	return errs[1]
}

// onRt is run in one call.
func (p *program) onRt() error {
	_, err := rt.RunLoops(2, func(i int) rt.Expr[rt.Void] {
		return p.doSomethingImportantAsync(fmt.Sprintf("Thread-%d", i+1), p.random())
	})
	return err
}
