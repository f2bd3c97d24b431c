package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

var a = co.Wait(rt.Yield()) // want "AwaitAtPackageLevel: Wait in the initial value"

var b = func() error { return co.Wait(rt.Yield()) } // want "AwaitAtPackageLevel"

//coroutine:async
func f() error { return co.Wait(rt.Yield()) }

var c = f() // want "AwaitAtPackageLevel: f, which awaits, is called by its own name in the initial value .*; run its coroutine: rt.Run.fAsync"

var d = machine.LockstepVoid(func() error { return f() })
