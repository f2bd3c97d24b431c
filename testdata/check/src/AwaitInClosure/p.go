package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
func f() error {
	func() { co.Wait(rt.Yield()) }() // want "ErrorDropped"
	g := func() error {
		return co.Wait(rt.Yield()) // want "AwaitInClosure: Wait in a function literal"
	}
	func() {
		defer sink(func() {
			func() { co.Wait(rt.Yield()) }() // want "AwaitInClosure"
		})
	}()
	_ = func(n int) rt.Coroutine[int] {
		return co.Async(func() (int, error) {
			again := func() { co.Wait(rt.Yield()) } // want "AwaitInClosure"
			again()
			return n, co.Wait(rt.Yield())
		})
	}
	var lit any = func() error { return co.Wait(rt.Yield()) } // want "AwaitInClosure"
	co.AsyncVoid(lit.(func() error))                          // want "AsyncValueDropped"
	if err := g(); err != nil {
		return err
	}
	return co.Wait(co.AsyncVoid(func() error { return co.Wait(rt.Yield()) }))
}

//coroutine:async
func iterator() func(func(int, bool) bool) {
	return func(yield func(int, bool) bool) {
		co.Wait(rt.Yield()) // want "AwaitInClosure: Wait in a function literal, whose callers do not await it; an iterator is called by loops"
		yield(1, true)
	}
}

func sink(func()) {}

// Where nothing is made of it, the operand of Async may be any function.
func ordinary() rt.Coroutine[rt.Void] {
	return co.AsyncVoid(func() error {
		defer co.Wait(rt.Yield())
		return co.Wait(rt.Yield())
	})
}

var global = co.AsyncVoid(func() error { return co.Wait(rt.Yield()) })
