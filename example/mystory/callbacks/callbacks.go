// Callbacks is the program of the slides "Callbacks", "Callbacks with delay" and "Execution
// callbacks" of "My story of Async IO": call_soon, call_later, call_at and time of a loop.
//
//	loop.call_soon(success, "...")        loop.CallSoon(func() { success(w, "...") })
//	loop.call_later(2, success, "...")    loop.CallLater(2*time.Second, ...)
//	loop.call_at(1506541660, ...)         loop.CallAt(1506541660*time.Second, ...)
//	loop.time()                           loop.Time()
//
// The last one never happens: the time of a loop is not that of the calendar, and the loop is
// closed before it comes. execution.go takes the turns of the loop one by one.
//
//	go run ./generated/mystory/callbacks
//	go run ./generated/mystory/callbacks -turns
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
//go:generate go tool coroutinegen -o ../../../generated/mystory/callbacks

func main() {
	turns := flag.Bool("turns", false, "print each turn of the loop")
	flag.Parse()
	loop, err := rt.NewLoop()
	if err != nil {
		log.Fatal(err)
	}
	defer loop.Close()
	if *turns {
		err = execute(os.Stdout, loop, time.Sleep)
	} else {
		_, err = rt.RunUntilComplete(loop, callbackExampleAsync(os.Stdout, loop))
	}
	if err != nil {
		log.Fatal(err)
	}
}

func success(w io.Writer, msg string) { fmt.Fprintln(w, "Success -", msg) }

// callbackExample is callback_example.
//
//coroutine:async
func callbackExample(w io.Writer, loop *rt.Loop) error {
	fmt.Fprintln(w, "registering callbacks")
	loop.CallSoon(func() { success(w, "Call soon") })

	loop.CallLater(2*time.Second, func() { success(w, "Call later 2 sec") })
	loop.CallLater(3*time.Second, func() { success(w, "Call later 3 sec") })

	loop.CallAt(1506541660*time.Second, func() { success(w, "Network connect") })
	loop.Time()

	return co.Wait(rt.Sleep(3 * time.Second))
}
