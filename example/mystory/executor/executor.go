// Executor is the slide "Executor" of "My story of Async IO": two functions that block run on two
// threads while the loop goes on. A thread is a goroutine here, and the executor limits how many
// run at once.
//
//	ThreadPoolExecutor(2)                      rt.NewExecutor(2)
//	loop.run_in_executor(executor, say_boo)    rt.RunInExecutor(executor, sayBoo)
//	loop.run_forever()                         rt.Run of both: our program ends, the page's does not
//
//	go run ./generated/mystory/executor
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/mystory/executor

func main() {
	threads := flag.Int("threads", 2, "`number` of threads")
	flag.Parse()
	if _, err := rt.Run(bothAsync(os.Stdout, *threads)); err != nil {
		log.Fatal(err)
	}
}

// both runs say_boo and say_baa on threads. w must be safe for use by several goroutines.
//
//coroutine:async
func both(w io.Writer, threads int) error {
	fmt.Fprintln(w, "running async test")
	executor := rt.NewExecutor(threads)
	boo := rt.RunInExecutor(executor, func(context.Context) (rt.Void, error) { return rt.Void{}, say(w) })
	baa := rt.RunInExecutor(executor, func(context.Context) (rt.Void, error) { return rt.Void{}, say(w) })
	_, _, err := co.Await2(rt.Gather2(boo, baa))
	return err
}

// say is say_boo and say_baa, which do the same.
func say(w io.Writer) error {
	for i := range 10 {
		if _, err := fmt.Fprintln(w, i); err != nil {
			return err
		}
	}
	return nil
}
