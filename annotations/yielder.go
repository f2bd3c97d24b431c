package annotations

// This file has what generators use that take values and errors.

import (
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// A Yielder is the parameter of a generator function by which the function hands out values of
// type Out and takes in values of type In. See [rt.SendGenerator] for what callers see.
//
//	// averager takes in numbers and hands out their average.
//	//
//	//coroutine:generator
//	func averager(y co.Yielder[float64, float64]) (int, error) {
//		sum, average := 0.0, 0.0
//		for n := 0; ; n++ {
//			x, err := y.Yield(average)
//			if err != nil {
//				return n, err
//			}
//			sum += x
//			average = sum / float64(n+1)
//		}
//	}
//
// A Yielder belongs to one run of its function. Yield panics if anything else calls it: another
// goroutine, another generator, or code that has kept the Yielder until the function has returned.
type Yielder[Out, In any] = rt.Yielder[Out, In]

// YieldFrom hands out the values of g in place of the generator that owns y, until g ends. It
// returns the result of g. It is yield from in Python (PEP 380). What is sent to the generator
// that owns y is sent to g, and errors are thrown into g.
//
// If y.Yield returns [rt.ErrGeneratorExit], YieldFrom closes g. It returns the error of g.Close, or
// ErrGeneratorExit if that is nil. If g yields while it is being closed, this is
// [rt.ErrIgnoredExit], and g stays suspended.
//
// g may have begun before: YieldFrom goes on with its next value. If g has ended before, YieldFrom
// yields nothing. A panic of g is a panic of YieldFrom.
func YieldFrom[Out, In, R any](y Yielder[Out, In], g rt.SendGenerator[Out, In, R]) (R, error) {
	d := machine.DelegateTo(g)
	var in In
	var err error
	for {
		v, ok := d.Resume(in, err)
		if !ok {
			return d.Result()
		}
		in, err = y.Yield(v)
	}
}
