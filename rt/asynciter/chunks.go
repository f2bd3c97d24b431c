package asynciter

import (
	"fmt"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
)

// Chunks returns an Iterator over slices of n values of it. The last slice may be shorter. Unless
// within is 0, a slice ends early when that time has passed since its first value came. No slice
// is empty, and each has an array of its own. Chunks needs no task: it asks for values only while
// a Next waits. Put a [Buffered] inside to gather values between two calls of Next.
//
// An error comes after the slice of the values before it. If the task is cancelled, however, Next
// fails at once, and the values are for the next Next.
func Chunks[V any](it asyncgen.Iterator[V], n int, within time.Duration) asyncgen.Iterator[[]V] {
	mustExist("Chunks", it)
	if n < 1 {
		panic(fmt.Errorf("asynciter.Chunks of %d values: it must be at least 1", n))
	}
	if within < 0 {
		panic(fmt.Errorf("asynciter.Chunks within %v: it must not be negative", within))
	}
	return &chunks[V]{of: it, n: n, within: within}
}

// chunks implements the Iterator of [Chunks].
type chunks[V any] struct {
	turn   turn
	of     asyncgen.Iterator[V]
	n      int
	within time.Duration // 0: no limit

	next  asyncgen.NextOp[V]
	asked bool          // next has begun
	until time.Duration // end of the chunk, by the clock of the loop, if there is a limit
	chunk []V           // so far
	err   error         // follows the chunk that was handed out last
	closers
}

func (c *chunks[V]) Next() asyncgen.NextOp[[]V] { return asyncgen.NextOf(c) }
func (c *chunks[V]) Close() asyncgen.CloseOp    { return asyncgen.CloseOf(c) }

// PollNext implements [asyncgen.Poller].
func (c *chunks[V]) PollNext(t *rt.Task, first bool) (v rt.Two[[]V, bool], err error, ready bool) {
	if first {
		if err := c.turn.begin(t); err != nil {
			return v, err, true
		}
		c.begin(t)
	}
	suspended := false
	defer c.turn.leave(&suspended)
	if err, c.err = c.err, nil; err != nil {
		return v, err, true
	}
	for {
		if !c.asked {
			c.next, c.asked = c.of.Next(), true
		}
		one, err, ready := c.next.Poll(t)
		if !ready {
			suspended = true
			return v, nil, false
		}
		c.asked = false
		switch {
		case err != nil:
			return c.fail(err)
		case !one.V2:
			return c.take(), nil, true
		}
		c.add(t, one.V1)
		if len(c.chunk) == c.n {
			return c.take(), nil, true
		}
	}
}

// begin begins a Next. A chunk may be there already, if the one before was cancelled.
func (c *chunks[V]) begin(t *rt.Task) {
	c.asked = false
	if c.within == 0 {
		return
	}
	c.turn.scope = t.OpenScope()
	if len(c.chunk) > 0 {
		c.turn.scope.SetTimeout(c.until - t.Loop().Time())
	}
}

// add adds v to the chunk.
func (c *chunks[V]) add(t *rt.Task, v V) {
	if len(c.chunk) == 0 {
		c.chunk = make([]V, 0, min(c.n, 64))
		if c.turn.scope != nil {
			c.until = t.Loop().Time() + c.within
			c.turn.scope.SetTimeout(c.within)
		}
	}
	c.chunk = append(c.chunk, v)
}

// take returns the chunk, or the end if it is empty.
func (c *chunks[V]) take() rt.Two[[]V, bool] {
	chunk := c.chunk
	c.chunk = nil
	return rt.Two[[]V, bool]{V1: chunk, V2: len(chunk) > 0}
}

// fail deals with an error of the source, which may be the end of the time.
func (c *chunks[V]) fail(err error) (v rt.Two[[]V, bool], _ error, ready bool) {
	switch late, cut := c.turn.missed(err); {
	case late && cut != nil:
		return v, cut, true
	case late:
		return c.take(), nil, true
	case cut == nil && len(c.chunk) > 0:
		c.err = err
		return c.take(), nil, true
	}
	return v, err, true
}

// PollClose implements [asyncgen.Poller].
func (c *chunks[V]) PollClose(t *rt.Task, first bool) (err error, ready bool) {
	c.chunk = nil
	err, ready = c.closers.poll(t, first, c.of)
	if ready && err == nil {
		err, c.err = c.err, nil // nobody has seen it
	}
	return err, ready
}

// Where implements [rt.Locator].
func (c *chunks[V]) Where() (line string, on any) { return "", &c.next }
