package p

import (
	"iter"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:generator
func all(seq iter.Seq[int], yield func(int) bool) {
	seq(yield) // want "YieldEscapes: yield is used as a value: only all itself can be suspended; call yield in all"
	func() {
		yield(1) // want "YieldEscapes: yield stands in a function literal"
	}()
	defer yield(2) // want "YieldEscapes: yield is the call of a defer statement"
	go yield(3)    // want "YieldEscapes: yield is the call of a go statement"
	f := (yield)   // want "YieldEscapes: yield is used as a value"
	_ = f
	yield = nil // want "YieldEscapes: yield is used as a value"
}

//coroutine:generator
func literal() iter.Seq[int] {
	return func(yield func(int) bool) {
		yield(0)
		func() { yield(1) }() // want "YieldEscapes: yield stands in a function literal"
	}
}

//coroutine:generator
func talk(y co.Yielder[int, string], g rt.SendGenerator[int, string, int]) error {
	yield := y.Yield         // want "YieldEscapes: y is used as a value: only talk itself can be suspended; call y.Yield in talk; hand it only to other generators of the package, marked with //coroutine:generator; and hand on the values of any other generator: co.YieldFrom"
	func() { y.Yield(1) }()  // want "YieldEscapes: y stands in a function literal"
	defer y.Yield(2)         // want "YieldEscapes: y is the call of a defer statement"
	helper(y)                // want "YieldEscapes: y is used as a value"
	defer co.YieldFrom(y, g) // want "YieldEscapes: y is used as a value"
	other, err := (y).Yield(3)
	_, _ = other, err
	_, _ = co.YieldFrom((y), g)
	_ = yield
	return talk(y, g)
}

func helper(y co.Yielder[int, string]) {}
