package annotations

// This file has what asynchronous generators use, and the code that takes their values.

import (
	"iter"

	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
)

// An AsyncYielder is the parameter of an async generator by which it hands out values of type Out
// and takes in values of type In.
//
//	// ticks hands out n numbers, one each second.
//	//
//	//coroutine:async
//	//coroutine:generator
//	func ticks(y co.AsyncYielder[int, rt.Void], n int) error {
//		for i := range n {
//			if err := co.Wait(rt.Sleep(time.Second)); err != nil {
//				return err
//			}
//			if err := co.Wait(y.Yield(i)); err != nil {
//				return err
//			}
//		}
//		return nil
//	}
//
// A Yield is an operation to await. It may also be awaited by other coroutines that the generator
// awaits, and by tasks that it starts.
type AsyncYielder[Out, In any] = asyncgen.Yielder[Out, In]

// An AsyncGenerator is what the constructor of an async generator returns.
type AsyncGenerator[Out, In, R any] = asyncgen.Generator[Out, In, R]

// Each returns the values of it for a range statement. It is async for in Python, with aclosing.
//
//	var err error
//	for v := range co.Each(ticksAsync(3), &err) {
//		fmt.Println(v)
//	}
//	if err != nil {
//		return err
//	}
//
// In an async function, the range statement waits for each value without blocking the loop. However
// the statement is left, be it by break, return, goto, a panic or a cancellation, it closes it and
// waits until it has cleaned up. Only then the code after the statement runs. *err is set to nil at
// the beginning. At the end, it is the error of the iterator, or else that of its cleaning up. err must
// not be nil.
func Each[V any](it asyncgen.Iterator[V], err *error) iter.Seq[V] { return asyncgen.Each(it, err) }
