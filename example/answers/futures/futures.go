// Futures is async_futures.py of "Questions and answers" ("AsyncIO Design Patterns", 2): a coroutine
// awaits a future, another sets it after three seconds.
//
//	future = Future()                     future := rt.NewFuture[string]()
//	await future                          co.Await(future)
//	future.set_result(...)                future.Set(...)
//	asyncio.gather(foo(...), bar(...))    rt.Gather(fooAsync(...), barAsync(...))
//
// The page also calls future.done(), which only asks whether the future is set, and drops the answer.
// "Futures" in package rt may be set by any goroutine, as those of threading; see goroutines.go.
//
//	go run ./generated/answers/futures
package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/answers/futures

func main() {
	if _, err := rt.Run(timedAsync(os.Stdout)); err != nil {
		log.Fatal(err)
	}
	channel(os.Stdout)
}

// The colours of the page.
const (
	off   = "\033[0m"
	red   = "\033[31m"
	green = "\033[32m"
	blue  = "\033[34m"
)

//coroutine:async
func bar(w io.Writer, future *rt.Future[string]) error {
	fmt.Fprintln(w, red+"bar will sleep for 3 seconds"+off)
	if err := co.Wait(rt.Sleep(3 * time.Second)); err != nil {
		return err
	}
	fmt.Fprintln(w, red+"bar resolving the future"+off)
	return future.Set("future is resolved")
}

//coroutine:async
func foo(w io.Writer, future *rt.Future[string]) error {
	fmt.Fprintln(w, green+"foo will await the future"+off)
	if _, err := co.Await(future); err != nil {
		return err
	}
	fmt.Fprintln(w, green+"foo finds the future resolved"+off)
	return nil
}

// mainTask is main.
//
//coroutine:async
func mainTask(w io.Writer) error {
	future := rt.NewFuture[string]()
	_, err := co.Await(rt.Gather(fooAsync(w, future), barAsync(w, future)))
	return err
}

// timed is what stands under if __name__ == "__main__". The times are those of the loop.
//
//coroutine:async
func timed(w io.Writer) error {
	loop := co.Self().Loop()
	start := loop.Time()
	if err := co.Wait(mainTaskAsync(w)); err != nil {
		return err
	}
	fmt.Fprintln(w, times(start, loop.Time()))
	return nil
}

func times(start, end time.Duration) string {
	return fmt.Sprintf(blue+"Future Start Time: %v\nFuture End Time: %v\nFuture Execution Time: %.2f seconds."+off,
		start.Seconds(), end.Seconds(), (end - start).Seconds())
}
