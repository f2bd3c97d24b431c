package asynciter

// This file implements the Iterators whose values come from a generator that reads other Iterators.

import (
	"fmt"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
)

// An adapter hands out the values of a generator. It differs from the generator in two ways. Its
// Close also closes the sources if the generator has not begun. And a panic waits for the consumer:
// the function of the generator may panic while nobody waits for it, and the loop would treat that
// as a panic that nobody can recover.
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

// PollNext implements [asyncgen.Source].
func (a *adapter[V]) PollNext(t *rt.Task, first bool) (v rt.Two[V, bool], err error, ready bool) {
	if first {
		if err := a.turn.begin(t); err != nil {
			return v, err, true
		}
		a.next = a.generator.Next()
	}
	v, err, ready = a.next.Poll(t)
	if !ready {
		return v, err, false
	}
	a.turn.end()
	if held, ok := err.(*heldPanic); ok {
		held.goOn()
	}
	return v, err, true
}

// PollClose implements [asyncgen.Source].
func (a *adapter[V]) PollClose(t *rt.Task, first bool) (err error, ready bool) {
	return a.closers.poll(t, first, a.of...)
}

// Where implements [rt.Locator].
func (a *adapter[V]) Where() (line string, on any) { return "", &a.next }

// String describes the generator.
func (a *adapter[V]) String() string { return fmt.Sprint(a.generator) }

// A heldPanic is the error of a generator whose function has panicked, until it goes on in the
// consumer.
type heldPanic struct{ task *rt.TaskOf[rt.Void] }

// goOn panics as the task did.
func (h *heldPanic) goOn() { h.task.Result() }

func (h *heldPanic) Error() string { return h.task.Panic().Error() }

// held runs body, which hands out the values of an adapter, in a task of its own. It returns a
// panic as an error.
//
//coroutine:async
func held(body rt.Expr[rt.Void]) (err error) {
	g := co.Self().OpenGroup()
	task := rt.SpawnIn(g, body)
	defer func() {
		if v := recover(); v != nil {
			err = &heldPanic{task}
		}
	}()
	co.Wait(g.Join())
	_, err, _ = task.Result()
	return err
}
