package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:generator
func awaits(yield func(rt.Coroutine[rt.Void]) bool) {
	co.Wait(rt.Yield())                                                      // want "AwaitOutsideAsync: Wait in awaits, which is a generator: async generators are not yet supported; let the generator yield"
	yield(co.AsyncVoid(func() error { return co.Wait(rt.Yield()) }))         // a coroutine
	func() { co.Wait(rt.Yield()) }()                                         // want "AwaitOutsideAsync: Wait in awaits, which is a generator"
	_ = func() { co.Wait(rt.Yield()) }                                       // want "AwaitOutsideAsync: Wait in awaits, which is a generator"
	yield(co.AsyncVoid(func() error { go co.Wait(rt.Yield()); return nil })) // want "AwaitInGo"
}
