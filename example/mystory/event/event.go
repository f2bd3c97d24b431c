// Event is the slide "Events" of "My story of Async IO": two coroutines wait for an event that a
// callback of the loop sets.
//
//	asyncio.Event()                        locks.Event
//	await event.wait()                     co.Wait(event.Wait())
//	event.set(), event.is_set()            event.Set(), event.IsSet()
//
//	go run ./generated/mystory/event
package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/mystory/event

func main() {
	if _, err := rt.Run(mainTaskAsync(os.Stdout)); err != nil {
		log.Fatal(err)
	}
}

func setEvent(w io.Writer, event *locks.Event) {
	fmt.Fprintln(w, "setting event in callback")
	event.Set()
}

// coro is coro1 and coro2, which differ in the number alone.
//
//coroutine:async
func coro(w io.Writer, n int, event *locks.Event) error {
	fmt.Fprintf(w, "coro%d waiting for event\n", n)
	if err := co.Wait(event.Wait()); err != nil {
		return err
	}
	fmt.Fprintf(w, "coro%d triggered\n", n)
	return nil
}

// mainTask is main.
//
//coroutine:async
func mainTask(w io.Writer) error {
	event := new(locks.Event)
	fmt.Fprintln(w, "event start state:", event.IsSet())
	co.Self().Loop().CallLater(2*time.Second, func() { setEvent(w, event) })
	group := co.Self().OpenGroup()
	rt.SpawnIn(group, coroAsync(w, 1, event))
	rt.SpawnIn(group, coroAsync(w, 2, event))
	if err := co.Wait(group.Join()); err != nil {
		return err
	}
	fmt.Fprintln(w, "event end state:", event.IsSet())
	return nil
}
