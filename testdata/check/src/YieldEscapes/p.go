package p

import "iter"

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
