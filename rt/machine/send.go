package machine

// This file runs generators that take values and errors from source, as pull.go does for
// generators that do not.

import (
	"errors"
	"iter"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// A SendPull is a generator that runs a function with a Yielder as it is, on a goroutine of its
// own, by [iter.Pull]. The goroutine backend of coroutinegen returns it. It implements
// rt.SendGenerator. A SendPull must not be copied once it has begun. The goroutine stays until the
// function has returned: a suspended SendPull that is not ended keeps it for ever.
type SendPull[Out, In, R any] struct {
	named
	body      func(y rt.Yielder[Out, In]) (R, error)
	next      func() (Out, bool)
	yield     func(Out) bool // the yield of iter.Pull
	goroutine uint64         // runs the function

	// What Yield returns next.
	in     In
	thrown error

	result R
	err    error
	cause  any // the panic, if it came after a Goexit
}

// NewSendPull returns the generator that runs body, which calls the function called name.
func NewSendPull[Out, In, R any](name string, body func(y rt.Yielder[Out, In]) (R, error)) SendPull[Out, In, R] {
	return SendPull[Out, In, R]{named: named{name: name}, body: body, err: rt.ErrNoResult}
}

// Next implements rt.SendGenerator.
func (p *SendPull[Out, In, R]) Next() (v Out, ok bool) {
	var in In
	return p.resume(in, nil)
}

// Send implements rt.SendGenerator.
func (p *SendPull[Out, In, R]) Send(in In) (v Out, ok bool) {
	if p.begins() {
		panic(NotBegun(p.name))
	}
	return p.resume(in, nil)
}

// Throw implements rt.SendGenerator.
func (p *SendPull[Out, In, R]) Throw(err error) (v Out, ok bool) {
	var in In
	return p.resume(in, Thrown(err))
}

// Close implements rt.SendGenerator.
func (p *SendPull[Out, In, R]) Close() error {
	if p.state == closed {
		return nil
	}
	if _, yields := p.Throw(rt.ErrGeneratorExit); yields {
		return rt.ErrIgnoredExit
	}
	return Closed(p.err)
}

// Result implements rt.SendGenerator.
func (p *SendPull[Out, In, R]) Result() (R, error) { return p.result, p.err }

// All implements rt.SendGenerator.
func (p *SendPull[Out, In, R]) All() iter.Seq[Out] {
	return func(yield func(Out) bool) {
		for v, ok := p.Next(); ok && yield(v); v, ok = p.Next() {
		}
	}
}

// resume runs the function to its next Yield. The Yield at which it is suspended returns in and
// thrown.
func (p *SendPull[Out, In, R]) resume(in In, thrown error) (v Out, ok bool) {
	switch {
	case p.state == running:
		panic(Reentered(p.name))
	case p.state == closed:
		return v, false
	case p.begins() && thrown != nil:
		p.state, p.err = closed, thrown
		return v, false
	case p.begins():
		p.next, _ = iter.Pull(p.run)
	}
	p.state, p.in, p.thrown = running, in, thrown
	defer func() {
		p.state = closed
		if ok {
			p.state = suspended
		}
		if p.cause != nil {
			panic(p.cause) // if the panic is recovered, the Goexit goes on
		}
	}()
	return p.next()
}

// run is the function of the goroutine. A panic or Goexit of the function goes through next to the
// caller.
func (p *SendPull[Out, In, R]) run(yield func(Out) bool) {
	p.yield, p.goroutine = yield, inside.Goroutine()
	defer func() {
		p.state = closed // the function can use the Yielder no more
		if v := recover(); v != nil {
			if exiting() {
				p.cause = v // iter.Pull would drop the Goexit
				return
			}
			panic(v)
		}
	}()
	result, err := p.body(yielder[Out, In, R]{p})
	p.result, p.err = result, err
}

// A yielder is the Yielder of a SendPull.
type yielder[Out, In, R any] struct{ p *SendPull[Out, In, R] }

// Yield implements rt.Yielder.
func (y yielder[Out, In, R]) Yield(v Out) (In, error) {
	p := y.p
	switch p.state {
	case closed:
		panic(errors.New("coroutinegen: " + p.name + " has ended, and something calls Yield of its Yielder"))
	case suspended:
		panic(errors.New("coroutinegen: " + p.name + " is suspended, and something else calls Yield of its Yielder"))
	}
	if p.goroutine != inside.Goroutine() {
		panic(errors.New("coroutinegen: another goroutine, or another generator, calls Yield of the Yielder of " + p.name))
	}
	p.yield(v)
	return p.in, p.thrown
}
