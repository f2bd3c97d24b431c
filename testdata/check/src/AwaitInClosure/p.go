package p

import (
	"sort"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
func f() error {
	func() { co.Wait(rt.Yield()) }() // want "ErrorDropped"
	g := func() error {
		return co.Wait(rt.Yield()) // want "AwaitInClosure: Wait in a function literal, .*; let the literal return a coroutine: .*; or, if a library calls it, do the whole call with rt.ToThread$"
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
		co.Wait(rt.Yield()) // want "AwaitInClosure: Wait in a function literal, whose callers do not await it; an iterator is called by loops, .* where they are wanted$"
		yield(1, true)
	}
}

// A library calls the literal.
//
//coroutine:async
func library(xs []int) error {
	sort.Slice(xs, func(i, j int) bool {
		return co.Wait(rt.Yield()) == nil // want "AwaitInClosure: .*; sort.Slice calls the literal and does not await it: .*; or do the whole call with rt.ToThread$"
	})
	less := func(i, j int) bool {
		return co.Wait(rt.Yield()) == nil // want "AwaitInClosure: .*; or, if a library calls it, do the whole call with rt.ToThread$"
	}
	sort.Slice(xs, less)
	_, err := co.Await(rt.ToThread(func() (int, error) {
		sort.Slice(xs, func(i, j int) bool {
			return co.Wait(rt.Yield()) == nil // want "AwaitInClosure: .* call rt.RunThreadsafe.* await before the literal, or after it$"
		})
		return 0, nil
	}))
	return err
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
