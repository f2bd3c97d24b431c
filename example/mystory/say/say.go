// Say is the hello world of "My story of Async IO" in all its forms: as a coroutine (async def),
// as the generator that a coroutine was in Python 3.3 (yield from), as a callback, as a goroutine,
// and as the machine that one would write by hand. With -trace it prints what the loop does, as
// the slides "Hello World execution" draw it.
//
//	async def say(what, when)          //coroutine:async
//	await asyncio.sleep(when)          co.Wait(rt.Sleep(when))
//	yield from asyncio.sleep(when)     co.YieldFrom(y, sleepPull(when))
//	loop.run_until_complete(say(...))  rt.RunUntilComplete(loop, sayAsync(...))
//
//	go run ./generated/mystory/say
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/mystory/say/byhand"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/mystory/say

func main() {
	trace := flag.Bool("trace", false, "print what the loop does")
	flag.Parse()
	w := os.Stdout
	loop, err := rt.NewLoop() // asyncio.get_event_loop()
	if err != nil {
		log.Fatal(err)
	}
	defer loop.Close()
	if *trace {
		defer loop.Observe(&execution{w: w, loop: loop})()
	}
	if _, err := rt.RunUntilComplete(loop, sayAsync(w, "hello world", time.Second)); err != nil {
		log.Fatal(err)
	}
	if _, err := rt.RunUntilComplete(loop, byhand.Say(w, "hello from a machine by hand", time.Second)); err != nil {
		log.Fatal(err)
	}
	if err := runUntilComplete(loop, sayFromPull(w, "hello from Python 3.3", time.Second)); err != nil {
		log.Fatal(err)
	}
	sayLater(loop, w, "hello from a callback", time.Second, loop.Stop)
	loop.RunForever()
	<-sayGo(w, "hello from a goroutine", time.Second)
}

// say is the page's.
//
//coroutine:async
func say(w io.Writer, what string, when time.Duration) error {
	if err := co.Wait(rt.Sleep(when)); err != nil {
		return err
	}
	fmt.Fprintln(w, what)
	return nil
}

// sayLater is say with a callback: what comes after the await is another function.
func sayLater(loop *rt.Loop, w io.Writer, what string, when time.Duration, done func()) {
	loop.CallLater(when, func() {
		fmt.Fprintln(w, what)
		done()
	})
}

// sayGo is say on a goroutine, which has no loop.
func sayGo(w io.Writer, what string, when time.Duration) (done chan struct{}) {
	done = make(chan struct{})
	go func() {
		defer close(done)
		time.Sleep(when)
		fmt.Fprintln(w, what)
	}()
	return done
}
