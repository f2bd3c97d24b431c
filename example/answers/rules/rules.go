// Rules is "The rules of asyncio" of the long answer "What is asyncio?": what may await, what may
// yield, and what is an error. The two that are a SyntaxError in Python are refused by the tool: see
// testdata, with the reasons in the test.
//
//	async def f(x): y = await z(x)         //coroutine:async, co.Await
//	async def g(x): yield x                //coroutine:async and //coroutine:generator
//	async def m(x): yield from gen(x)      refused
//	def m(x): y = await z(x)               refused
//	async def noop(): pass                 //coroutine:async func noop() {}
//	yield from asyncio.sleep(1)            co.YieldFrom, in a generator that a task runs
//
//	go run ./generated/answers/rules
package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/answers/rules

func main() {
	if _, err := rt.Run(allAsync(os.Stdout)); err != nil {
		log.Fatal(err)
	}
	loop, err := rt.NewLoop()
	if err != nil {
		log.Fatal(err)
	}
	defer loop.Close()
	if err := runUntilComplete(loop, generatorBasedPull()); err != nil {
		log.Fatal(err)
	}
}

// noop needs no await, and is a coroutine nevertheless.
//
//coroutine:async
func noop() {}

// z is what f awaits.
//
//coroutine:async
func z(x int) int { return 10 * x }

// f may await, and return.
//
//coroutine:async
func f(x int) (int, error) {
	y, err := co.Await(zAsync(x))
	return y, err
}

// g yields: it is an async generator.
//
//coroutine:async
//coroutine:generator
func g(y co.AsyncYielder[int, rt.Void], x int) error {
	return co.Wait(y.Yield(x))
}

// foo of section 1.5 comes in three kinds: a subroutine...
func foo() {}

// ...a generator, which hands on what another one yields...
//
//coroutine:generator
func fooGenerator(yield func(int) bool) {
	for v := range fooFoo {
		if !yield(v) {
			return
		}
	}
}

// fooFoo is foofoo, as a generator.
//
//coroutine:generator
func fooFoo(yield func(int) bool) { yield(1) }

// ...and a coroutine, which awaits another one.
//
//coroutine:async
func fooCoroutine() error { return co.Wait(noopAsync()) }

// doSomethingImportant is the native coroutine do_something_important.
//
//coroutine:async
func doSomethingImportant() error {
	return co.Wait(rt.Sleep(1 * time.Second))
}

// generatorBased is do_something_important as a generator-based coroutine.
//
//coroutine:generator
func generatorBased(y co.Yielder[time.Duration, rt.Void]) error {
	_, err := co.YieldFrom(y, sleepPull(1*time.Second))
	return err
}

// sleep yields how long it has to wait. (The one of asyncio yields a future that a timer sets.)
//
//coroutine:generator
func sleep(d time.Duration, y co.Yielder[time.Duration, rt.Void]) error {
	_, err := y.Yield(d)
	return err
}

// runUntilComplete is the task of a generator-based coroutine: it resumes the generator with
// callbacks of the loop.
func runUntilComplete(loop *rt.Loop, coro rt.SendGenerator[time.Duration, rt.Void, rt.Void]) error {
	var step func()
	step = func() {
		if d, ok := coro.Next(); ok {
			loop.CallLater(d, step)
		} else {
			loop.Stop()
		}
	}
	loop.CallSoon(step)
	if err := loop.RunForever(); err != nil {
		return err
	}
	_, err := coro.Result()
	return err
}

// all runs those that are allowed.
//
//coroutine:async
func all(w io.Writer) (err error) {
	foo()
	for v := range fooGeneratorPull().All() {
		fmt.Fprintln(w, "foo", v)
	}
	if err := co.Wait(fooCoroutineAsync()); err != nil {
		return err
	}
	y, err := co.Await(fAsync(1))
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "f", y)
	for x := range co.Each(gAsync(2), &err) {
		fmt.Fprintln(w, "g", x)
	}
	if err != nil {
		return err
	}
	return co.Wait(doSomethingImportantAsync())
}
