package p

import "iter"

//coroutine:generator
func squares(n int) []int { return nil } // want "GeneratorSignature: squares has no parameter to hand values to; give it one parameter yield func"

//coroutine:generator
func lists(n int, yield func(...int) bool) {} // want "GeneratorSignature: lists has no parameter"

type visit func(int) bool

//coroutine:generator
func hidden(n int, yield visit) {} // want "GeneratorSignature: hidden has no parameter"

//coroutine:generator
func two(a, b func(int) bool) {} // want "GeneratorSignature: two has no parameter"

//coroutine:generator
func counted(n int, yield func(int) bool) (sent int) { return 0 } // want "GeneratorSignature: counted returns more than whether to go on"

//coroutine:generator
func either(n int) iter.Seq[int] {
	if n == 0 {
		return func(yield func(int) bool) {} // want "GeneratorSignature: either returns in two places; return one literal"
	}
	return func(yield func(int) bool) { yield(n) }
}

//coroutine:generator
func other(n int) iter.Seq[int] { // want "GeneratorSignature: the last statement of other returns no literal of an iterator function; write return func"
	seq := func(yield func(int) bool) { yield(n) }
	return seq
}

//coroutine:generator
func checked(n int) (iter.Seq[int], error) { // want "GeneratorSignature: checked returns more than an iterator function; return the iterator function alone"
	return func(yield func(int) bool) { yield(n) }, nil
}

//coroutine:generator
func typed(n int) iter.Seq[int] {
	type pair struct{ a, b int } // want "GeneratorSignature: a type or a constant before the iterator function"
	p := pair{n, n}
	return func(yield func(int) bool) { yield(p.a) }
}

//coroutine:generator
func again(n int) (seq iter.Seq[int]) {
	return func(yield func(int) bool) {
		for v := range seq { // want "GeneratorSignature: the result seq does not exist in the generator; call again"
			yield(v + n)
		}
	}
}

//coroutine:generator
func dynamic(n int) any { // want "GeneratorSignature: dynamic returns the iterator function as any"
	return func(yield func(int) bool) { yield(n) }
}

// These are right.

//coroutine:generator
func called(n int) (seq iter.Seq[int]) { return func(yield func(int) bool) { yield(n) } }

//coroutine:generator
func among(keep func(int) bool, yield func(int) bool) { yield(0) }

//coroutine:generator
func goesOn(n int, yield func(int) bool) bool { return yield(n) }

//coroutine:generator
func pairs(n int) iter.Seq2[int, string] { return func(yield func(int, string) bool) { yield(n, "") } }
