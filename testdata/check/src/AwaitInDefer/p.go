package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
func f() error {
	defer co.Wait(rt.Yield()) // is supported
	defer func() {
		co.Wait(rt.Yield()) // want "AwaitInDefer: Wait in a deferred function"
	}()
	defer (func() { _ = co.Wait(rt.Yield()) })() // want "AwaitInDefer"
	defer println(co.Wait(rt.Yield()))           // an argument is evaluated by the statement
	return nil
}
