package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
func f() error {
	go co.Wait(rt.Yield()) // want "AwaitInGo: Wait as the call of a go statement: .*; start a task with co.Spawn\\(...\\)$"
	go func() {
		co.Wait(rt.Yield()) // want "AwaitInGo: Wait in the function of a go statement"
	}()
	go println(co.Wait(rt.Yield())) // an argument is evaluated by the statement
	return nil
}
