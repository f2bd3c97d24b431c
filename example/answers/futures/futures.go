// Futures is "Futures" and "Tasks" of the long answer "What is asyncio?": foo awaits a future that
// bar resolves after three seconds. The first program gathers the two, the second one (-tasks)
// makes tasks of them.
//
//	future = Future()                      future := rt.NewFuture[string]()
//	await future                           co.Await(future)
//	future.set_result(...)                 future.Set(...)
//	asyncio.gather(foo(...), bar(...))     rt.Gather2(fooAsync(...), barAsync(...))
//	loop.create_task(bar(future))          co.Spawn(barAsync(future))
//
// The page calls future.done() before set_result: that only asks. And await t2, t1 is a pair of
// (await t2) and t1: it does not wait for t1, which has ended by then.
//
//	go run ./generated/answers/futures
package main

import (
	"flag"
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
	tasks := flag.Bool("tasks", false, "make tasks")
	flag.Parse()
	both := gatheredAsync
	if *tasks {
		both = asTasksAsync
	}
	if _, err := rt.Run(timedAsync(os.Stdout, both)); err != nil {
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

func print(w io.Writer, color int, what string) {
	fmt.Fprintln(w, colors[color]+what+colors[0])
}

//coroutine:async
func bar(w io.Writer, future *rt.Future[string]) error {
	print(w, 1, "bar will sleep for 3 seconds")
	if err := co.Wait(rt.Sleep(3 * time.Second)); err != nil {
		return err
	}
	print(w, 1, "bar resolving the future")
	future.Set("future is resolved")
	return nil
}

//coroutine:async
func foo(w io.Writer, future *rt.Future[string]) error {
	print(w, 2, "foo will await the future")
	if _, err := co.Await(future); err != nil {
		return err
	}
	print(w, 2, "foo finds the future resolved")
	return nil
}

// gathered is main of "Futures".
//
//coroutine:async
func gathered(w io.Writer) error {
	future := rt.NewFuture[string]()
	_, _, err := co.Await2(rt.Gather2(fooAsync(w, future), barAsync(w, future)))
	return err
}

// asTasks is main of "Tasks".
//
//coroutine:async
func asTasks(w io.Writer) error {
	future := rt.NewFuture[string]()
	t1 := co.Spawn(barAsync(w, future))
	t2 := co.Spawn(fooAsync(w, future))
	if err := co.Wait(t2); err != nil {
		return err
	}
	return co.Wait(t1)
}

// timed is what the page has below if __name__ == "__main__".
//
//coroutine:async
func timed(w io.Writer, both func(io.Writer) rt.Coroutine[rt.Void]) error {
	loop := co.Self().Loop()
	start := loop.Time()
	if err := co.Wait(both(w)); err != nil {
		return err
	}
	end := loop.Time()
	print(w, 3, fmt.Sprintf("Future Start Time: %.1f\nFuture End Time: %.1f\nFuture Execution Time: %.2f seconds.",
		start.Seconds(), end.Seconds(), (end-start).Seconds()))
	return nil
}
