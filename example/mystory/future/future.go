// Future is the slide "Future" of "My story of Async IO": a coroutine sets a future, and the loop
// runs until it is set. With -states it prints what the future is before and after.
//
//	asyncio.Future()                          rt.NewFuture[string]()
//	asyncio.ensure_future(slow_operation(f))  rt.Start(loop, slowOperationAsync(f))
//	loop.run_until_complete(future)           rt.RunUntilComplete(loop, future)
//	future.set_result, future.result          future.Set, future.Result
//
//	go run ./generated/mystory/future
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
//go:generate go tool coroutinegen -o ../../../generated/mystory/future

func main() {
	printed := flag.Bool("states", false, "print the states of the future")
	flag.Parse()
	loop, err := rt.NewLoop()
	if err != nil {
		log.Fatal(err)
	}
	defer loop.Close()
	states := io.Discard
	if *printed {
		states = os.Stdout
	}
	if err := run(loop, os.Stdout, states); err != nil {
		log.Fatal(err)
	}
}

// run prints the result to w, and the states of the future to states.
func run(loop *rt.Loop, w, states io.Writer) error {
	future := rt.NewFuture[string]()
	rt.Start(loop, slowOperationAsync(future))
	fmt.Fprintln(states, future)
	loop.CallLater(time.Second/2, func() { fmt.Fprintln(states, future) })
	result, err := rt.RunUntilComplete(loop, future)
	if err != nil {
		return err
	}
	fmt.Fprintln(states, future)
	fmt.Fprintln(w, result)
	return nil
}

// slowOperation is slow_operation.
//
//coroutine:async
func slowOperation(future *rt.Future[string]) error {
	if err := co.Wait(rt.Sleep(time.Second)); err != nil {
		return err
	}
	return future.Set("Future is done!")
}
