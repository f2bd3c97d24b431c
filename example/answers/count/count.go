// Count is async_count.py and sync_count.py of the long answer "What is asyncio?": counting to
// three takes three seconds, and so does counting five times at once. One after the other it is
// fifteen. goroutines.go has it with goroutines, byhand as a machine by hand.
//
//	await asyncio.sleep(1)                 co.Wait(rt.Sleep(time.Second))
//	time.sleep(1)                          time.Sleep(time.Second)
//	asyncio.gather(count(), ...)           rt.Gather(countAsync(w), ...)
//
//	go run ./generated/answers/count
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
//go:generate go tool coroutinegen -o ../../../generated/answers/count

func main() {
	kind := flag.String("kind", "async", "async, sync or goroutines")
	flag.Parse()
	w := os.Stdout
	start := time.Now()
	switch *kind {
	case "async":
		if _, err := rt.Run(asyncMainAsync(w)); err != nil {
			log.Fatal(err)
		}
	case "sync":
		syncMain(w)
	case "goroutines":
		goroutinesMain(w)
	default:
		log.Fatalf("no kind %q: give async, sync or goroutines", *kind)
	}
	end := time.Now()
	fmt.Fprintf(w, "\nExecution Starts: %s\nExecutions Ends: %s\nTotals Execution Time:%.2f seconds.\n",
		start.Format(time.TimeOnly), end.Format(time.TimeOnly), end.Sub(start).Seconds())
}

// count is that of async_count.py.
//
//coroutine:async
func count(w io.Writer) error {
	fmt.Fprint(w, "One ")
	if err := co.Wait(rt.Sleep(1 * time.Second)); err != nil {
		return err
	}
	fmt.Fprint(w, "Two ")
	if err := co.Wait(rt.Sleep(2 * time.Second)); err != nil {
		return err
	}
	fmt.Fprint(w, "Three ")
	return nil
}

// asyncMain is main of async_count.py.
//
//coroutine:async
func asyncMain(w io.Writer) error {
	_, err := co.Await(rt.Gather[rt.Void](countAsync(w), countAsync(w), countAsync(w), countAsync(w), countAsync(w)))
	return err
}
