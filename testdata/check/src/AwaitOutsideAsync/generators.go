package p

import (
	"fmt"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
//coroutine:generator
func numbers(y co.AsyncYielder[int, rt.Void], n int) error { return co.Wait(y.Yield(n)) }

func unmarked(y co.AsyncYielder[int, rt.Void]) error {
	return co.Wait(y.Yield(1)) // want "AwaitOutsideAsync: Wait in unmarked, which is not async; put //coroutine:async above the function; and //coroutine:generator as well, if co.Each is to range over its values; or //coroutine:blocking"
}

func runs(y co.AsyncYielder[int, rt.Void]) (err error) {
	err = numbers(y, 1)                             // want "AwaitOutsideAsync: numbers awaits, and runs, .*; take its values in an async function, with for v := range co.Each\\(numbersAsync\\(...\\), &err\\), and run that with rt.Run$"
	for v := range co.Each(numbersAsync(1), &err) { // want "AwaitOutsideAsync: Each in runs, which is not async; move the loop into an async function, and run that with rt.Run$"
		fmt.Println(v)
	}
	func() {
		for range co.Each(numbersAsync(1), &err) { // want "AwaitOutsideAsync: Each in runs, which is not async"
		}
	}()
	_ = func() {
		for range co.Each(numbersAsync(1), &err) { // want "AwaitOutsideAsync: Each in a function literal of runs, which is not async; move the loop"
		}
	}
	return err
}
