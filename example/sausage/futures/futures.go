// Futures is the slides "Futures" of "asyncio: how sausage is made": a result that is not ready,
// one that is, a callback, and the hint that a coroutine can wait for a future; with the future of
// the slides (package asyncio), and with that of package rt.
//
//	asyncio.Future()                 rt.NewFuture[int]()
//	future.result()                  v, err, done := future.Result()
//	InvalidStateError                done == false; future.Set returns rt.ErrFutureDone
//	future.set_result(42)            future.Set(42)
//	future.add_done_callback(f)      future.OnDone(f)
//	loop.run_until_complete(future)  rt.RunUntilComplete(loop, future)
//	r = yield from future            r, err := co.Await(future)
//
// A future of the slides leaves its callbacks to the loop: nothing is printed until that runs. A
// future of package rt needs no loop, and calls its callbacks at once; one that shall wait for
// the loop says loop.CallSoon.
//
//	go run ./generated/sausage/futures
package main

import (
	"fmt"
	"io"
	"log"
	"os"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/sausage/asyncio"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/sausage/futures

func main() {
	if err := onSlides(os.Stdout); err != nil {
		log.Fatal(err)
	}
	fmt.Println("once more on package rt:")
	loop, err := rt.NewLoop()
	if err != nil {
		log.Fatal(err)
	}
	defer loop.Close()
	if err := onRt(os.Stdout, loop); err != nil {
		log.Fatal(err)
	}
}

// onSlides is the session on the slides.
func onSlides(w io.Writer) error {
	loop := asyncio.NewLoop(asyncio.Sleep{})
	future := asyncio.NewFuture(loop)
	_, err := future.Result()
	fmt.Fprintf(w, "InvalidStateError: %v\n", err)
	future.SetResult(42)
	result, err := future.Result()
	if err != nil {
		return err
	}
	fmt.Fprintln(w, result)

	future = asyncio.NewFuture(loop)
	future.AddDoneCallback(func(f *asyncio.Future) {
		result, _ := f.Result()
		fmt.Fprintln(w, "result:", result)
	})
	future.SetResult(42)
	fmt.Fprintln(w, "(the loop has not run yet)")
	if result, err = loop.RunUntilComplete(future); err != nil {
		return err
	}
	fmt.Fprintln(w, result)

	future = asyncio.NewFuture(loop)
	loop.CallSoon(func() { future.SetResult(42) })
	result, err = loop.RunUntilComplete(asyncio.NewTask(loop, "task", waitPull(future)))
	fmt.Fprintln(w, "yield from:", result)
	return err
}

// wait is r = yield from f.
//
//coroutine:generator
func wait(y co.Yielder[asyncio.Waitable, any], f *asyncio.Future) (any, error) {
	r, err := y.Yield(f)
	return r, err
}

// onRt is the session with package rt.
func onRt(w io.Writer, loop *rt.Loop) error {
	future := rt.NewFuture[int]()
	result, err, done := future.Result()
	fmt.Fprintf(w, "%v, %v, %v: %v\n", result, err, done, future)
	if err := future.Set(42); err != nil {
		return err
	}
	result, err, done = future.Result()
	fmt.Fprintf(w, "%v, %v, %v: %v\n", result, err, done, future)
	fmt.Fprintln(w, "once more:", future.Set(43))

	future = rt.NewFuture[int]()
	future.OnDone(func(f *rt.Future[int]) {
		fmt.Fprintln(w, "at once:", f)
		loop.CallSoon(func() {
			result, _, _ := f.Result()
			fmt.Fprintln(w, "result:", result)
		})
	})
	if err := future.Set(42); err != nil {
		return err
	}
	fmt.Fprintln(w, "(the loop has not run yet)")
	if result, err = rt.RunUntilComplete(loop, future); err != nil {
		return err
	}
	fmt.Fprintln(w, result)

	future = rt.NewFuture[int]()
	loop.CallSoon(func() { future.Set(42) })
	result, err = rt.RunUntilComplete(loop, awaitAsync(future))
	fmt.Fprintln(w, "await:", result)
	return err
}

// await is wait with package rt: neither Yielder nor type assertions.
//
//coroutine:async
func await(f *rt.Future[int]) (int, error) {
	r, err := co.Await(f)
	return r, err
}
