package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// By the error of Yield a generator learns that it is closed.
//
//coroutine:generator
func numbers(y co.Yielder[int, string], g rt.SendGenerator[int, string, bool]) (int, error) {
	for {
		y.Yield(1)              // want "ErrorDropped: y.Yield drops its error: a generator that is closed here goes on .*; return the error; or assign it to _ to drop it on purpose: _, _ = y.Yield\\(...\\)$"
		(inner(y))              // want "ErrorDropped: inner drops its error: .*: _ = inner\\(...\\)$"
		co.YieldFrom(y, g)      // want "ErrorDropped: co.YieldFrom drops its error: .*: _, _ = co.YieldFrom\\(...\\)$"
		numbers(y, g)           // want "ErrorDropped: numbers drops"
		silent(y)               // has no error
		_, _ = y.Yield(2)       // on purpose
		func() { y.Yield(3) }() // want "YieldEscapes"
		if s, err := y.Yield(2); s == "end" || err != nil {
			return 0, err
		}
	}
}

//coroutine:generator
func inner(y co.Yielder[int, string]) error {
	_, err := y.Yield(1)
	return err
}

// Without an error, the last yield has nothing to go on with.
//
//coroutine:generator
func silent(y co.Yielder[int, string]) {
	y.Yield(1) // want "ErrorDropped: y.Yield drops its error: .*; let silent have an error as its last result, and return this one; or assign"
	for range 3 {
		y.Yield(2) // want "ErrorDropped"
	}
	y.Yield(3)
}

// Other calls are not of interest, and neither are iterator functions.
//
//coroutine:generator
func others(y co.Yielder[int, string]) error {
	fails()
	return nil
}

func fails() error { return nil }

//coroutine:generator
func pushes(yield func(int) bool) { yield(1) }
