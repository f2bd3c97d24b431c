package p

import (
	"fmt"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
)

// Loops over the Each of package asyncgen, which is for builds from source and other goroutines.
//
//coroutine:async
func values(it asyncgen.Iterator[int]) (err error) {
	for v := range asyncgen.Each(it, &err) { // want "BlockingCall: asyncgen.Each in an async function panics: it would block the goroutine that runs all tasks; write for v := range co.Each\\(...\\), which awaits the values"
		fmt.Println(v)
	}
	seq := asyncgen.Each[int](it, &err) // want "BlockingCall: asyncgen.Each"
	go func() {
		for v := range asyncgen.Each(it, &err) {
			fmt.Println(v)
		}
	}()
	_, _ = seq, co.Wait(rt.Yield())
	return err
}

func valuesOutside(it asyncgen.Iterator[int]) (err error) {
	for v := range asyncgen.Each(it, &err) {
		fmt.Println(v)
	}
	return err
}
