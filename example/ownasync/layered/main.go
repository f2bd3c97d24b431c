// Layered is coro_callback.py of "Build Your Own Async": coroutines on top of the callback
// scheduler, with callback tasks and coroutine tasks on one loop. This is what asyncio is made
// of, and package rt.
//
//	go run ./generated/ownasync/layered
//	go run ./generated/ownasync/layered -on callbacks
//	go run ./generated/ownasync/layered -on rt
//
// The second runs the tasks of the page on the callbacks of package rt, and the third runs tasks
// of package rt.
package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"log"
	"os"
	"syscall"

	"github.com/coroutinegen/coroutinegen/example/ownasync/sched"
	"github.com/coroutinegen/coroutinegen/rt"
)

func main() {
	on := flag.String("on", "page", "`scheduler`: page, callbacks or rt")
	flag.Parse()
	var err error
	switch *on {
	case "page":
		err = onPage(os.Stdout)
	case "callbacks":
		var loop *rt.Loop
		if loop, err = rt.NewLoop(); err == nil {
			err = errors.Join(onCallbacks(loop, os.Stdout), loop.Close())
		}
	case "rt":
		_, err = rt.Run(startRTAsync(os.Stdout), rt.CancelOn(os.Interrupt, syscall.SIGTERM))
	default:
		log.Fatalf("no scheduler %q", *on)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		log.Fatal(err)
	}
}

// onPage runs all four on the scheduler of the page.
func onPage(w io.Writer) error {
	callbacks := &sched.Scheduler{}
	s := &Scheduler{Caller: callbacks}
	start(s, w)
	callbacks.Run()
	return s.err
}

// onCallbacks does the same on the callbacks of loop: package rt sees no task.
func onCallbacks(loop *rt.Loop, w io.Writer) error {
	s := &Scheduler{Caller: sched.NewOnRT(loop, loop.Stop)}
	start(s, w)
	return errors.Join(loop.RunForever(), s.err)
}
