package p

import (
	. "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

func dot() error {
	return Wait(rt.Yield()) // want "AwaitOutsideAsync: Wait in dot"
}

//coroutine:async
func dotAsyncFunction() error {
	return Wait(rt.Yield())
}
