package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// The directive is missing. One report per function is enough.
func forgotten(n int, y co.Yielder[int, string]) error {
	for i := range n {
		if _, err := y.Yield(i); err != nil { // want "YieldOutsideGenerator: y.Yield in forgotten, which is no generator; put //coroutine:generator above the function$"
			return err
		}
	}
	_, err := (y.Yield)(n)
	return err
}

type T struct{}

func (T) values(y co.Yielder[int, rt.Void]) {
	_, _ = (y).Yield(1) // want "YieldOutsideGenerator: y.Yield in values"
}

// An operation may be made anywhere.
func operation(y co.AsyncYielder[int, rt.Void]) rt.Expr[rt.Void] { return y.Yield(1) }

// Tests of machines, and wrappers of Yielders, name the type of the runtime.
func byHand(y rt.Yielder[int, string]) (string, error) { return y.Yield(1) }

type wrapper struct{ co.Yielder[int, string] }

func (w wrapper) Yield(v int) (string, error) { return w.Yielder.Yield(v + 1) }

// Functions that do not yield, and other methods called Yield.
func passes(y co.Yielder[int, string]) wrapper { return wrapper{y} }

func others(y interface{ Yield() }) { y.Yield() }

//coroutine:generator
func marked(y co.Yielder[int, string]) error {
	_, err := y.Yield(1)
	return err
}
