// Important is do_something_important of "Questions and answers", which sleeps for a second, in
// its two forms: a coroutine that is a generator, and a native one.
//
//	@asyncio.coroutine ... yield from asyncio.sleep(1)    //coroutine:generator ... co.YieldFrom(y, sleepPull(...))
//	async def ... await asyncio.sleep(1)                  //coroutine:async ... co.Wait(rt.Sleep(...))
//
// (The page has # where it means @.) A generator yields what it waits for to whoever resumes it;
// here that is a loop of three lines, which can run one coroutine. The native one finds its loop by
// the task that polls it. Both become the same kind of machine.
//
//	go run ./generated/answers/important
package main

import (
	"fmt"
	"log"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/answers/important

func main() {
	begun := time.Now()
	if err := run(generatorBasedPull()); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("generator based: %.2f seconds\n", time.Since(begun).Seconds())
	begun = time.Now()
	if _, err := rt.Run(nativeAsync()); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("native: %.2f seconds\n", time.Since(begun).Seconds())
}

// generatorBased is the one with yield from.
//
//coroutine:generator
func generatorBased(y co.Yielder[time.Duration, rt.Void]) error {
	_, err := co.YieldFrom(y, sleepPull(time.Second))
	return err
}

// sleep is asyncio.sleep for run: it yields how long it has to wait.
//
//coroutine:generator
func sleep(d time.Duration, y co.Yielder[time.Duration, rt.Void]) error {
	_, err := y.Yield(d)
	return err
}

// run waits as long as coro wants, until it ends.
func run(coro rt.SendGenerator[time.Duration, rt.Void, rt.Void]) error {
	for wait, ok := coro.Next(); ok; wait, ok = coro.Next() {
		time.Sleep(wait)
	}
	_, err := coro.Result()
	return err
}

// native is the one with await.
//
//coroutine:async
func native() error {
	return co.Wait(rt.Sleep(time.Second))
}
