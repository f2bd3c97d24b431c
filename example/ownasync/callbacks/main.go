// Callbacks has the programs of "Build Your Own Async" that run on the callback scheduler
// (../sched/scheduler.go): countdown and countup, producer and consumer, and both with errors. No
// function waits. Instead, it says what is to be called later.
//
//	go run ./generated/ownasync/callbacks
//	go run ./generated/ownasync/callbacks -rt prodcons
//
// The last program, awaited, says the same with await.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"syscall"

	"github.com/coroutinegen/coroutinegen/example/ownasync/sched"
	"github.com/coroutinegen/coroutinegen/rt"
)

// programs are the programs of the page, in its order.
var programs = []struct {
	name  string
	start func(s sched.Caller, w io.Writer)
}{
	{"countdown", startCounting},
	{"prodcons", startProdcons},
	{"errors", startErrors},
}

func main() {
	onRT := flag.Bool("rt", false, "run on the loop of package rt")
	flag.Parse()
	wanted := func(name string) bool {
		if flag.NArg() > 0 && flag.Arg(0) != name {
			return false
		}
		fmt.Println("--", name)
		return true
	}
	for _, p := range programs {
		switch {
		case !wanted(p.name):
		case *onRT:
			loop, err := rt.NewLoop()
			if err != nil {
				log.Fatal(err)
			}
			if err := errors.Join(runOnRT(loop, os.Stdout, p.start), loop.Close()); err != nil {
				log.Fatal(err)
			}
		default:
			s := &sched.Scheduler{}
			p.start(s, os.Stdout)
			s.Run()
		}
	}
	if wanted("awaited") {
		if _, err := rt.Run(awaitedAsync(os.Stdout), rt.CancelOn(os.Interrupt, syscall.SIGTERM)); err != nil && !errors.Is(err, context.Canceled) {
			log.Fatal(err)
		}
	}
}

// runOnRT runs a program on a loop of package rt. Such a loop runs until it is stopped.
func runOnRT(loop *rt.Loop, w io.Writer, start func(s sched.Caller, w io.Writer)) error {
	start(sched.NewOnRT(loop, loop.Stop), w)
	return loop.RunForever()
}
