package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
func f() error {
	go func() {
		co.Self()            // want "SelfInGo: Self"
		co.Spawn(rt.Yield()) // want "SelfInGo: Spawn"
	}()
	go println(co.Self())
	go co.Spawn(rt.Yield()) // want "SelfInGo: Spawn as the call of a go statement"
	go co.Self()            // want "SelfInGo: Self as the call of a go statement"
	defer co.Spawn(rt.Yield())
	co.Self()
	go func() {
		_ = co.AsyncVoid(func() error { co.Spawn(rt.Yield()); return nil }) // a task will run it
	}()
	func() { co.Spawn(rt.Yield()) }()
	return nil
}

func g() { go func() { co.Self() }() }
