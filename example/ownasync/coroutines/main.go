// Coroutines is the coroutine scheduler of "Build Your Own Async" (yieldo.py), with the programs
// that run on it: countdown and countup, producer and consumer (yproducer.py), and both with
// errors (yproducer_error.py). Each is there once more on package rt.
//
//	go run ./generated/ownasync/coroutines
//	go run ./generated/ownasync/coroutines -rt prodcons
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

	"github.com/coroutinegen/coroutinegen/rt"
)

// programs are the programs of the page, in its order.
var programs = []struct {
	name  string
	start func(s *Scheduler, w io.Writer)
	onRT  func(w io.Writer) rt.Coroutine[rt.Void]
}{
	{"countdown", startCounting, countingRTAsync},
	{"prodcons", startProdcons, prodconsRTAsync},
	{"errors", startErrors, errorsRTAsync},
}

func main() {
	onRT := flag.Bool("rt", false, "run on the loop of package rt")
	flag.Parse()
	for _, p := range programs {
		if flag.NArg() > 0 && flag.Arg(0) != p.name {
			continue
		}
		fmt.Println("--", p.name)
		var err error
		if *onRT {
			_, err = rt.Run(p.onRT(os.Stdout), rt.CancelOn(os.Interrupt, syscall.SIGTERM))
		} else {
			s := &Scheduler{}
			p.start(s, os.Stdout)
			err = s.Run()
		}
		if errors.Is(err, context.Canceled) {
			return
		}
		if err != nil {
			log.Fatal(err)
		}
	}
}
