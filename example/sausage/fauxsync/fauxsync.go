// Fauxsync is the slide "No more callbacks" of "asyncio: how sausage is made": a function that
// takes a callback becomes one that can be awaited, by a future that the callback sets. Once with
// the loop of the slides, once with package rt as on the slide, once with rt.Callback, which is
// just that, and once by hand.
//
//	future = asyncio.Future()                     future := rt.NewFuture[int]()
//	future.set_result(result)                     future.Set(result)
//	future.set_exception(Exception(error))        future.Fail(err)
//	return (yield from future)                    return co.Await(future)
//
//	go run ./generated/sausage/fauxsync
package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/sausage/asyncio"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/sausage/fauxsync

func main() {
	slides(os.Stdout)
	fmt.Println("once more on package rt:")
	loop, err := rt.NewLoop()
	if err != nil {
		log.Fatal(err)
	}
	defer loop.Close()
	for _, form := range forms {
		fmt.Println(form.name)
		run(os.Stdout, loop, form.of)
	}
}

// A later is what an asynchronous function needs of a loop: a timer.
type later func(d time.Duration, fn func())

// asyncFunction is async_function: it halves n within a second, if n is even.
func asyncFunction(later later, callback func(result int, err error), n int) {
	later(time.Second, func() {
		if n%2 != 0 {
			callback(0, fmt.Errorf("%d is odd", n))
			return
		}
		callback(n/2, nil)
	})
}

// slides calls the coroutine on the loop of the slides.
func slides(w io.Writer) {
	loop := asyncio.NewLoop(asyncio.Sleep{})
	for _, n := range []int{84, 7} {
		result, err := loop.RunUntilComplete(asyncio.NewTask(loop, "task", slidesFauxSyncPull(loop, n)))
		fmt.Fprintf(w, "%d: %v, %v\n", n, result, err)
	}
}

// slidesFauxSync is faux_sync_function of the slide.
//
//coroutine:generator
func slidesFauxSync(y co.Yielder[asyncio.Waitable, any], loop *asyncio.Loop, n int) (any, error) {
	future := asyncio.NewFuture(loop)
	callback := func(result int, err error) {
		if err == nil {
			future.SetResult(result)
		} else {
			future.SetException(err)
		}
	}
	asyncFunction(func(d time.Duration, fn func()) { loop.CallLater(d, fn) }, callback, n)
	return y.Yield(future)
}

// A form is one of the forms on package rt.
type form = func(later later, n int) rt.Coroutine[int]

var forms = []struct {
	name string
	of   form
}{
	{"with a future", fauxSyncAsync},
	{"with rt.Callback", withCallbackAsync},
	{"by hand", byHand},
}

// run calls a coroutine on a loop of package rt.
func run(w io.Writer, loop *rt.Loop, form form) {
	for _, n := range []int{84, 7} {
		result, err := rt.RunUntilComplete(loop, form(func(d time.Duration, fn func()) { loop.CallLater(d, fn) }, n))
		fmt.Fprintf(w, "%d: %v, %v\n", n, result, err)
	}
}

// fauxSync is faux_sync_function.
//
//coroutine:async
func fauxSync(later later, n int) (int, error) {
	future := rt.NewFuture[int]()
	callback := func(result int, err error) {
		if err == nil {
			future.Set(result)
		} else {
			future.Fail(err)
		}
	}
	asyncFunction(later, callback, n)
	return co.Await(future)
}

// withCallback is fauxSync with what package rt has for it. The callback may be called on any
// goroutine.
//
//coroutine:async
func withCallback(later later, n int) (int, error) {
	return co.Await(rt.Callback(func(callback func(int, error)) { asyncFunction(later, callback, n) }))
}
