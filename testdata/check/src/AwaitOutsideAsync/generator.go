package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:generator
func awaits(yield func(rt.Coroutine[rt.Void]) bool) {
	co.Wait(rt.Yield())                                                      // want "AwaitOutsideAsync: Wait in awaits, which is a generator and not async; put //coroutine:async above it as well"
	yield(co.AsyncVoid(func() error { return co.Wait(rt.Yield()) }))         // a coroutine
	func() { co.Wait(rt.Yield()) }()                                         // want "AwaitOutsideAsync: Wait in awaits, which is a generator"
	_ = func() { co.Wait(rt.Yield()) }                                       // want "AwaitOutsideAsync: Wait in awaits, which is a generator"
	yield(co.AsyncVoid(func() error { go co.Wait(rt.Yield()); return nil })) // want "AwaitInGo"
}

//coroutine:async
func async() error { return co.Wait(rt.Yield()) }

//coroutine:generator
func calls(yield func(int) bool) {
	async() // want "AwaitOutsideAsync: async awaits, and the generator calls calls it by its own name: the call would block the goroutine; yield asyncAsync"
	yield(1)
}
