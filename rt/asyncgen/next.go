package asyncgen

// This file implements the operations that ask for the next value.

import "github.com/coroutinegen/coroutinegen/rt"

// NextOf returns the Next of an [Iterator] that polls p.
func NextOf[V any](p Poller[V]) NextOp[V] { return NextOp[V]{p: p} }

// A NextOp is the operation that the Next of an [Iterator] returns.
type NextOp[V any] struct {
	p     Poller[V]
	stage rt.Stage
}

// Poll implements [rt.Awaitable].
func (o *NextOp[V]) Poll(t *rt.Task) (v rt.Two[V, bool], err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Next")
	if err != nil || !ready {
		return v, err, ready
	}
	v, err, ready = o.p.PollNext(t, first)
	if !ready {
		o.stage.Suspend(t)
	}
	return v, err, ready
}

// Where implements [rt.Locator].
func (o *NextOp[V]) Where() (line string, on any) { return where(o.p) }

// Awaitable implements [rt.Expr].
func (o NextOp[V]) Awaitable() rt.Awaitable[rt.Two[V, bool]] { return &o }

// Loop returns the loop that the iterator belongs to, or nil. Any goroutine may call it.
func (o NextOp[V]) Loop() *rt.Loop { return loop(o.p) }

// Parts implements [rt.Composite].
func (o NextOp[V]) Parts() []any { return runsCoroutine() }

// A resumption is what Send and Throw have in common. C is a core, or an interface of it.
type resumption[C interface {
	Loop() *rt.Loop
	rt.Locator
}] struct {
	c     C
	stage rt.Stage
}

// Where implements [rt.Locator].
func (o *resumption[C]) Where() (line string, on any) { return o.c.Where() }

// Loop returns the loop that the generator belongs to, or nil. Any goroutine may call it.
func (o resumption[C]) Loop() *rt.Loop { return o.c.Loop() }

// Parts implements [rt.Composite].
func (o resumption[C]) Parts() []any { return runsCoroutine() }

// A SendOp is the operation that [Generator.Send] returns.
type SendOp[Out, In any] struct {
	resumption[*core[Out, In]]
	in In
}

// Poll implements [rt.Awaitable].
func (o *SendOp[Out, In]) Poll(t *rt.Task) (v rt.Two[Out, bool], err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Generator.Send")
	if err != nil || !ready {
		return v, err, ready
	}
	v, err, ready = o.c.pollSend(t, first, o.in)
	if !ready {
		o.stage.Suspend(t)
	}
	return v, err, ready
}

// Awaitable implements [rt.Expr].
func (o SendOp[Out, In]) Awaitable() rt.Awaitable[rt.Two[Out, bool]] { return &o }

// A ThrowOp is the operation that [Generator.Throw] returns.
type ThrowOp[Out any] struct {
	resumption[throwable[Out]]
	err error
}

// A throwable is a core without the type of the values that it takes in.
type throwable[Out any] interface {
	pollThrow(t *rt.Task, first bool, thrown error) (v rt.Two[Out, bool], err error, ready bool)
	Loop() *rt.Loop
	rt.Locator
}

// Poll implements [rt.Awaitable].
func (o *ThrowOp[Out]) Poll(t *rt.Task) (v rt.Two[Out, bool], err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Generator.Throw")
	if err != nil || !ready {
		return v, err, ready
	}
	v, err, ready = o.c.pollThrow(t, first, o.err)
	if !ready {
		o.stage.Suspend(t)
	}
	return v, err, ready
}

// Awaitable implements [rt.Expr].
func (o ThrowOp[Out]) Awaitable() rt.Awaitable[rt.Two[Out, bool]] { return &o }
