package p

import (
	"unsafe"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
func f(c rt.Coroutine[[4]int]) (uintptr, int) {
	return unsafe.Sizeof(co.Must(c)), // want "AwaitNotEvaluated"
		len(co.Must(c)) // evaluated, as it holds a call
}
