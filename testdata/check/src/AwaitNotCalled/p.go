package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
func f() error {
	wait := co.Wait // want "AwaitNotCalled: Wait is not called"
	return wait(rt.Yield())
}

var await = co.Await[int] // want "AwaitNotCalled"

//coroutine:blocking
func g() error {
	wait := co.Wait
	return wait(rt.Yield())
}
