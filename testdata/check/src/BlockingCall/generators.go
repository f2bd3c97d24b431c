package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// Async generators that are called by their own names. Nothing can await them.
//
//coroutine:async
//coroutine:generator
func numbers(y co.AsyncYielder[int, rt.Void], n int) error {
	if n > 0 {
		return numbers(y, n-1) // want "BlockingCall: numbers blocks its goroutine.*; numbers is an async generator: take its values in a loop, for v := range co.Each\\(numbersAsync\\(...\\), &err\\); hand them on with co.Wait\\(y.Yield\\(v\\)\\) in it$"
	}
	return co.Wait(y.Yield(n))
}

//coroutine:async
func takesNumbers(y co.AsyncYielder[int, rt.Void]) error {
	return numbers(y, 1) // want "BlockingCall: .*; numbers is an async generator: take its values in a loop, for v := range co.Each\\(numbersAsync\\(...\\), &err\\)$"
}

//coroutine:async
//coroutine:generator
func talks(y co.AsyncYielder[int, string]) error {
	if err := co.Wait(rt.Yield()); err != nil {
		return err
	}
	return talks(y) // want "BlockingCall: .*; hand them on with co.Await\\(y.Yield\\(v\\)\\) in it$"
}
