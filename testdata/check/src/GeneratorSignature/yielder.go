package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
)

//coroutine:generator
func many(y co.Yielder[int, string]) (a, b, c, d int, err error) { return } // want "TooManyResults"

//coroutine:generator
func asyncless(y co.AsyncYielder[int, string]) error { return nil } // want "GeneratorSignature: asyncless has an AsyncYielder, but is not async; put //coroutine:async above it as well; or write co.Yielder"

//coroutine:async
//coroutine:generator
func blocking(y co.Yielder[int, string]) error { return nil } // want "GeneratorSignature: blocking is async, and has a Yielder, which blocks; write its type as co.AsyncYielder"

//coroutine:generator
//coroutine:async
func pushes(yield func(int) bool) error { return nil } // want "GeneratorSignature: pushes is async and has no AsyncYielder to hand values to; give it one parameter y co.AsyncYielder"

type Yielder[A, B any] struct{}

//coroutine:generator
func foreign(y Yielder[int, string]) error { return nil } // want "GeneratorSignature: y is no Yielder of package annotations; write its type as co.Yielder"

type talk = co.Yielder[int, string]

//coroutine:generator
func aliased(y talk) error { return nil } // want "GeneratorSignature: the tool cannot see the Yielder of aliased, which is type-checked later; write y co.Yielder.*, with a name, without an alias"

//coroutine:async
//coroutine:generator
func unnamed(co.AsyncYielder[int, string]) error { return nil } // want "GeneratorSignature: the tool cannot see the AsyncYielder of unnamed"

//coroutine:generator
func several(y ...co.Yielder[int, string]) error { return nil } // want "GeneratorSignature: the tool cannot see the Yielder of several"

//coroutine:generator
func twin(a, b co.Yielder[int, string]) error { return nil } // want "GeneratorSignature: twin has two Yielders, a and b; keep one of the two"

//coroutine:generator
func mixed(yield func(int) bool, y co.Yielder[int, string]) error { return nil } // want "GeneratorSignature: mixed has a yield and a Yielder, y; keep one of the two"

//coroutine:generator
func late(y co.Yielder[int, string]) func(func(int) bool) { // want "GeneratorSignature: late has a yield and a Yielder, y"
	return func(yield func(int) bool) {}
}

// These are right.

//coroutine:generator
func filter(keep func(int) bool, y co.Yielder[int, string]) error { return nil }

// A task or coroutine of one generator may yield to another.
//
//coroutine:async
//coroutine:generator
func twoAsync(y, outer co.AsyncYielder[int, string]) error { return nil }

//coroutine:generator
func talks(y co.Yielder[int, string]) (rt.Void, error) { return rt.Void{}, nil }

//coroutine:generator
func listens(y rt.Yielder[int, string], n int) (string, int, error) { return "", n, nil }

//coroutine:async
//coroutine:generator
func ticks(n int, y asyncgen.Yielder[int, rt.Void]) error { return nil }

//coroutine:generator
func silent(y co.Yielder[int, string]) {}

//coroutine:generator
func counts(y co.Yielder[int, string]) int { return 0 }
