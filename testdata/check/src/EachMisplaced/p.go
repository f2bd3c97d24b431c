package p

import (
	"fmt"
	"iter"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
)

//coroutine:async
func value(g asyncgen.Iterator[int]) (err error) {
	values := co.Each(g, &err) // want "EachMisplaced: Each is not the operand of a range statement: only that can wait for the values, and close their source; write for v := range co.Each"
	for v := range values {
		fmt.Println(v)
	}
	each := co.Each[int] // want "EachMisplaced"
	_ = each
	return err
}

//coroutine:async
func right(g asyncgen.Iterator[int]) (err error) {
	for v := range co.Each(g, &err) {
		fmt.Println(v)
	}
	return err
}

//coroutine:blocking
func blocks(g asyncgen.Iterator[int]) (seq iter.Seq[int], err error) { return co.Each(g, &err), err }

func outside(g asyncgen.Iterator[int]) (err error) {
	for v := range co.Each(g, &err) { // want "AwaitOutsideAsync: Each in outside, which is not async"
		fmt.Println(v)
	}
	return err
}

//coroutine:async
func noError(g asyncgen.Iterator[int]) error {
	for v := range co.Each(g, nil) { // want "EachMisplaced: Each has no error to set: its second argument is nil; give it the address of the result err: co.Each\\(g, &err\\)$"
		fmt.Println(v)
	}
	for v := range co.Each(g, new(error)) { // lost on purpose
		fmt.Println(v)
	}
	return nil
}

//coroutine:blocking
func blocksWithoutError(g asyncgen.Iterator[int]) {
	for v := range co.Each[int](g, (nil)) { // want "EachMisplaced: Each has no error to set"
		fmt.Println(v)
	}
}
