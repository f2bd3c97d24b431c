// Countdown is the program that opens "Build Your Own Async": it counts down and up, first one
// after the other, and then both at once. What Python does with threads, Go does with
// goroutines. Coroutines come last; the other examples of the page are about how they work.
//
//	go run ./generated/ownasync/countdown
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
)

func main() {
	fmt.Println("-- one after the other: 10 seconds")
	sequential(os.Stdout)
	fmt.Println("-- goroutines: 5 seconds")
	goroutines(os.Stdout)
	fmt.Println("-- coroutines: 5 seconds, and one goroutine")
	if _, err := rt.Run(coroutinesAsync(os.Stdout), rt.CancelOn(os.Interrupt, syscall.SIGTERM)); err != nil && !errors.Is(err, context.Canceled) {
		log.Fatal(err)
	}
}

func countdown(w io.Writer, n int) {
	for n > 0 {
		fmt.Fprintln(w, "Down", n)
		time.Sleep(time.Second)
		n--
	}
}

func countup(w io.Writer, stop int) {
	for x := range stop {
		fmt.Fprintln(w, "Up", x)
		time.Sleep(time.Second)
	}
}

// sequential counts down, and then up.
func sequential(w io.Writer) {
	countdown(w, 5)
	countup(w, 5)
}

// goroutines counts down and up at once. A goroutine is what a thread is on the page.
func goroutines(w io.Writer) {
	var both sync.WaitGroup
	both.Go(func() { countdown(w, 5) })
	both.Go(func() { countup(w, 5) })
	both.Wait()
}
