package asyncgen

// This file implements the operations that ask for the next value.

import "github.com/coroutinegen/coroutinegen/rt"

// An Iterator hands out values one by one, as a [Generator] does. Functions that change or combine
// sequences of values take and return Iterators. See [Source] for Iterators of your own.
type Iterator[V any] interface {
	// Next returns the operation that waits for the next value. Its second result is false at
	// the end. The error is returned once. A cancelled Next loses nothing.
	Next() NextOp[V]

	// Close returns the operation that ends the iterator, and waits until it has cleaned up,
	// even in a cancelled task. After the end, it does nothing.
	Close() CloseOp
}

// A Source is what the operations of an [Iterator] poll. An Iterator of your own is a pointer to a
// struct with these methods, and its Next and Close return the results of [NextOf] and [CloseOf].
// The operation that is going on, such as the Next of another Iterator, is a field of the struct,
// so that nothing is allocated.
type Source[V any] interface {
	// PollNext is the Poll of Next (see [rt.Awaitable]). first reports whether a new Next begins.
	// Its checkpoint has passed.
	PollNext(t *rt.Task, first bool) (v rt.Two[V, bool], err error, ready bool)

	// PollClose is the Poll of Close, in a shield. first reports whether a new Close begins.
	// Several tasks may close an Iterator at once.
	PollClose(t *rt.Task, first bool) (err error, ready bool)
}

// NextOf returns the Next of an [Iterator] whose source is s.
func NextOf[V any](s Source[V]) NextOp[V] { return NextOp[V]{src: s} }

// A NextOp is the operation that the Next of an [Iterator] returns.
type NextOp[V any] struct {
	src   Source[V]
	stage rt.Stage
}

// Poll implements [rt.Awaitable].
func (o *NextOp[V]) Poll(t *rt.Task) (v rt.Two[V, bool], err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Next")
	if err != nil || !ready {
		return v, err, ready
	}
	v, err, ready = o.src.PollNext(t, first)
	if !ready {
		o.stage.Suspend(t)
	}
	return v, err, ready
}

// Where implements [rt.Locator].
func (o *NextOp[V]) Where() (line string, on any) { return where(o.src) }

// Awaitable implements [rt.Expr].
func (o NextOp[V]) Awaitable() rt.Awaitable[rt.Two[V, bool]] { return &o }

// Loop returns the loop that the iterator belongs to, or nil. Any goroutine may call it.
func (o NextOp[V]) Loop() *rt.Loop { return loop(o.src) }

// Parts implements [rt.Composite].
func (o NextOp[V]) Parts() []any { return runsCoroutine() }

// loop returns the loop that src belongs to, if it can tell.
func loop(src any) *rt.Loop {
	if s, ok := src.(interface{ Loop() *rt.Loop }); ok {
		return s.Loop()
	}
	return nil
}

// runsCoroutine is the result of Parts of an operation that runs the function of a generator. An
// ordinary goroutine then cannot await it on a loop that ends with the await.
func runsCoroutine() []any { return []any{rt.Coroutine[rt.Void]{}} }

// where returns where src waits, if it can tell.
func where(src any) (line string, on any) {
	if l, ok := src.(rt.Locator); ok {
		return l.Where()
	}
	return "", nil
}

// A SendOp is the operation that [Generator.Send] returns.
type SendOp[Out, In any] struct {
	c     *core[Out, In]
	in    In
	stage rt.Stage
}

// Poll implements [rt.Awaitable].
func (o *SendOp[Out, In]) Poll(t *rt.Task) (v rt.Two[Out, bool], err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Generator.Send")
	if err != nil || !ready {
		return v, err, ready
	}
	if first {
		v, err, ready = o.c.pollSend(t, o.in)
	} else {
		v, err, ready = o.c.wait(t, true)
	}
	if !ready {
		o.stage.Suspend(t)
	}
	return v, err, ready
}

// Where implements [rt.Locator].
func (o *SendOp[Out, In]) Where() (line string, on any) { return o.c.Where() }

// Awaitable implements [rt.Expr].
func (o SendOp[Out, In]) Awaitable() rt.Awaitable[rt.Two[Out, bool]] { return &o }

// Loop returns the loop that the iterator belongs to, or nil. Any goroutine may call it.
func (o SendOp[Out, In]) Loop() *rt.Loop { return o.c.Loop() }

// Parts implements [rt.Composite].
func (o SendOp[Out, In]) Parts() []any { return runsCoroutine() }

// A ThrowOp is the operation that [Generator.Throw] returns.
type ThrowOp[Out any] struct {
	src   throwable[Out]
	err   error
	stage rt.Stage
}

// A throwable is a core without the type of the values that it takes in.
type throwable[Out any] interface {
	pollThrow(t *rt.Task, thrown error) (v rt.Two[Out, bool], err error, ready bool)
	wait(t *rt.Task, pending bool) (v rt.Two[Out, bool], err error, ready bool)
}

// Poll implements [rt.Awaitable].
func (o *ThrowOp[Out]) Poll(t *rt.Task) (v rt.Two[Out, bool], err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Generator.Throw")
	if err != nil || !ready {
		return v, err, ready
	}
	if first {
		v, err, ready = o.src.pollThrow(t, o.err)
	} else {
		v, err, ready = o.src.wait(t, true)
	}
	if !ready {
		o.stage.Suspend(t)
	}
	return v, err, ready
}

// Where implements [rt.Locator].
func (o *ThrowOp[Out]) Where() (line string, on any) { return where(o.src) }

// Awaitable implements [rt.Expr].
func (o ThrowOp[Out]) Awaitable() rt.Awaitable[rt.Two[Out, bool]] { return &o }

// Loop returns the loop that the iterator belongs to, or nil. Any goroutine may call it.
func (o ThrowOp[Out]) Loop() *rt.Loop { return loop(o.src) }

// Parts implements [rt.Composite].
func (o ThrowOp[Out]) Parts() []any { return runsCoroutine() }
