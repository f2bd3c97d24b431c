// Package yieldfrom is async def m(x): yield from gen(x) of the page. An async generator cannot
// hand on what a generator yields: it has to range over it.
package yieldfrom

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:generator
func gen(y co.Yielder[int, rt.Void], x int) error {
	_, err := y.Yield(x)
	return err
}

//coroutine:async
//coroutine:generator
func m(y co.AsyncYielder[int, rt.Void], x int) error {
	_, err := co.YieldFrom(y, genPull(x))
	return err
}
