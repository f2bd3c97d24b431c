// Ticker does a job at regular intervals, for a while or until Ctrl-C. A job
// that takes too long is cancelled, and the next one begins on time.
//
//	go run ./generated/ticker -period 1s -limit 500ms -for 10s
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"os"
	"syscall"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../generated/ticker

func main() {
	period := flag.Duration("period", time.Second, "`time` from one job to the next")
	limit := flag.Duration("limit", 500*time.Millisecond, "`time` that a job may take")
	total := flag.Duration("for", 10*time.Second, "`time` to go on")
	flag.Parse()
	_, err := rt.Run(rt.Timeout(*total, everyAsync(*period, *limit, workAsync)), rt.CancelOn(os.Interrupt, syscall.SIGTERM))
	if !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		log.Fatal(err)
	}
	log.Print("stopped: ", err)
}

// every runs job(1), job(2) and so on, one per period, until one fails or it
// is cancelled. A job that has not ended after limit is cancelled.
//
//coroutine:async
func every(period, limit time.Duration, job func(n int) rt.Coroutine[rt.Void]) error {
	loop := co.Self().Loop()
	next := loop.Time()
	for n := 1; ; n++ {
		next += period // and not period from now: that would drift
		if err := co.Wait(rt.Sleep(next - loop.Time())); err != nil {
			return err
		}
		err := co.Wait(rt.Timeout(limit, job(n)))
		if errors.Is(err, context.DeadlineExceeded) {
			log.Printf("job %d: %v", n, err)
			continue // if it was our own time that is up, Sleep will say so
		}
		if err != nil {
			return err
		}
	}
}

// work is a job that takes longer each time.
//
//coroutine:async
func work(n int) error {
	if err := co.Wait(rt.Sleep(time.Duration(n) * 100 * time.Millisecond)); err != nil {
		return err
	}
	log.Printf("job %d: done", n)
	return nil
}
