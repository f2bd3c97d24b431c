package asynciter

// This file implements the Iterators whose values come from a generator that reads other Iterators.

import (
	"fmt"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
)

// An adapter hands out the values of a generator. Its Close also closes the sources if the generator
// has not begun.
type adapter[V any] struct {
	turn      turn
	generator *asyncgen.Generator[V, rt.Void, rt.Void]
	next      asyncgen.NextOp[V]
	of        []closable // the generator and its sources
	closers
}

func adapt[V any](g *asyncgen.Generator[V, rt.Void, rt.Void], sources ...closable) asyncgen.Iterator[V] {
	return &adapter[V]{generator: g, of: append([]closable{g}, sources...)}
}

func (a *adapter[V]) Next() asyncgen.NextOp[V] { return asyncgen.NextOf(a) }
func (a *adapter[V]) Close() asyncgen.CloseOp  { return asyncgen.CloseOf(a) }

// PollNext implements [asyncgen.Poller].
func (a *adapter[V]) PollNext(t *rt.Task, first bool) (v rt.Two[V, bool], err error, ready bool) {
	if first {
		if err := a.turn.begin(t); err != nil {
			return v, err, true
		}
		a.next = a.generator.Next()
	}
	suspended := false
	defer a.turn.leave(&suspended)
	v, err, ready = a.next.Poll(t)
	suspended = !ready
	return v, err, ready
}

// PollClose implements [asyncgen.Poller].
func (a *adapter[V]) PollClose(t *rt.Task, first bool) (err error, ready bool) {
	return a.closers.poll(t, first, a.of...)
}

// Where implements [rt.Locator].
func (a *adapter[V]) Where() (line string, on any) { return "", &a.next }

// String describes the generator.
func (a *adapter[V]) String() string { return fmt.Sprint(a.generator) }
