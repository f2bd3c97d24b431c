package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
func f(c chan error) {
	select {
	case <-c:
		co.Wait(rt.Yield()) // want "AwaitInSelect"
	case c <- co.Wait(rt.Yield()): // want "AwaitInSelect"
	}
	select {
	case <-c:
	default:
	}
	co.Wait(rt.Yield())
}
