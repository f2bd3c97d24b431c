package machine

// This file hands on the values of one generator by another one, as yield from does in Python.

import "github.com/coroutinegen/coroutinegen/rt"

// A Delegation is what a generator keeps while it hands on the values of another one: see
// annotations.YieldFrom.
type Delegation[Out, In, R any] struct {
	To    rt.SendGenerator[Out, In, R]
	begun bool
	exit  error // why To was closed; nil: it was not
}

// DelegateTo returns the delegation to g.
func DelegateTo[Out, In, R any](g rt.SendGenerator[Out, In, R]) Delegation[Out, In, R] {
	return Delegation[Out, In, R]{To: g}
}

// Resume runs the generator to its next Yield, which returns in and err. The first Resume is its
// next value, whatever in and err are. If err is ErrGeneratorExit, the generator is closed.
func (d *Delegation[Out, In, R]) Resume(in In, err error) (v Out, ok bool) {
	switch {
	case !d.begun:
		d.begun = true
		return d.To.Next()
	case err == nil:
		return d.To.Send(in)
	case err == rt.ErrGeneratorExit:
		if d.exit = d.To.Close(); d.exit == nil {
			d.exit = err
		}
		return v, false
	}
	return d.To.Throw(err)
}

// Result returns the result of the delegation, once Resume has returned no value.
func (d *Delegation[Out, In, R]) Result() (r R, err error) {
	if d.exit != nil {
		return r, d.exit
	}
	return d.To.Result()
}
