package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

var a = co.Wait(rt.Yield()) // want "AwaitAtPackageLevel: Wait in the initial value"

var b = func() error { return co.Wait(rt.Yield()) } // want "AwaitAtPackageLevel"
