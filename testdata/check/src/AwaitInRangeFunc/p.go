package p

import (
	"iter"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
func f(seq iter.Seq[int], s rt.Coroutine[iter.Seq[int]]) {
	for range seq {
		if true {
			co.Wait(rt.Yield()) // want "AwaitInRangeFunc"
		}
	}
	for range co.Must(s) { // awaited before the loop
	}
	for range []int{1} {
		co.Wait(rt.Yield())
	}
}
