// Package generators has iterator functions whose values are asked for one by one: numbers, the
// values of a tree, and the tokens of a text. They are written as they would be for a range
// statement. Beside each, coroutinegen writes a generator that does what iter.Pull does, without a
// goroutine: [Tree.AllPull] beside [Tree.All]. A parser to which tokens are sent is a generator that
// takes values: see [EvalPushed].
package generators

import "iter"

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../generated/generators

// Count returns the numbers from 0 up to n.
//
//coroutine:generator
func Count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// Sum adds up the numbers from 0 up to n.
func Sum(n int) (sum int) {
	numbers := CountPull(n)
	for v, ok := numbers.Next(); ok; v, ok = numbers.Next() {
		sum += v
	}
	return sum
}
