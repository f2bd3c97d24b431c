// Tasks is async_tasks.py of "Questions and answers" ("AsyncIO Design Patterns", 3): the program of
// futures, with two tasks in place of gather, and with the loop at hand.
//
//	asyncio.get_event_loop()              rt.NewLoop()
//	loop.create_task(bar(future))         rt.Spawn(co.Self(), barAsync(w, future))
//	await t2, t1                          co.Await(t2); and then t1 (see mainTask)
//	loop.run_until_complete(main())       rt.RunUntilComplete(loop, mainTaskAsync(w))
//
// bar is started first, so it prints first. The page's await t2, t1 is the pair (await t2), t1:
// nobody awaits t1, which happens to have ended by then. Here it is awaited.
//
//	go run ./generated/answers/tasks
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
//go:generate go tool coroutinegen -o ../../../generated/answers/tasks

func main() {
	loop, err := rt.NewLoop()
	if err != nil {
		log.Fatal(err)
	}
	defer loop.Close()
	if err := run(loop, os.Stdout); err != nil {
		log.Fatal(err)
	}
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
	t1 := rt.Spawn(co.Self(), barAsync(w, future))
	t2 := rt.Spawn(co.Self(), fooAsync(w, future))
	if _, err := co.Await(t2); err != nil {
		return err
	}
	_, err := co.Await(t1)
	return err
}

// run is what stands under if __name__ == "__main__".
func run(loop *rt.Loop, w io.Writer) error {
	start := loop.Time()
	if _, err := rt.RunUntilComplete(loop, mainTaskAsync(w)); err != nil {
		return err
	}
	end := loop.Time()
	fmt.Fprintf(w, blue+"Future Start Time: %v\nFuture End Time: %v\nFuture Execution Time: %.2f seconds."+off+"\n",
		start.Seconds(), end.Seconds(), (end - start).Seconds())
	return nil
}
