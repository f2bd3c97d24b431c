package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
func f() error {
	func() { co.Wait(rt.Yield()) }() // want "AwaitInClosure: Wait in a function literal"
	g := func() error {
		return co.Wait(rt.Yield()) // want "AwaitInClosure"
	}
	return g()
}
