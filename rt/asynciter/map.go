package asynciter

// This file implements Map.

import (
	"errors"
	"fmt"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
)

// Map returns an Iterator over the results of the coroutines, or other operations, that fn returns
// for the values of it. The results have the order of the values. Up to limit of the operations run
// at once, each in a task of its own, however long the consumer needs for a result.
//
// The first operation that fails cancels the others, and it is closed. The results that were not
// handed out are dropped, and then the error follows. An error of the source comes after the
// results of the values before it. A panic of fn, or in an operation, is a panic of Next.
func Map[V, R any, X rt.Expr[R]](it asyncgen.Iterator[V], limit int, fn func(V) X) asyncgen.Iterator[R] {
	mustExist("Map", it)
	if limit < 1 {
		panic(fmt.Errorf("asynciter.Map with the limit %d: it must be at least 1", limit))
	}
	if fn == nil {
		panic(errors.New("asynciter.Map of a nil function"))
	}
	return adapt(mappedAsync(it, limit, func(v V) rt.Expr[R] { return fn(v) }), it)
}

// mapped hands out the results of the operations that fn returns.
//
//coroutine:async
//coroutine:generator
func mapped[V, R any](y co.AsyncYielder[R, rt.Void], it asyncgen.Iterator[V], limit int, fn func(V) rt.Expr[R]) (err error) {
	p := newPump[*rt.TaskOf[R]](co.Self(), 1, limit)
	defer func() { err = co.Wait(p.endAsync(err)) }()
	rt.SpawnIn(p.group, runAsync(p, it, func(v V) *rt.TaskOf[R] {
		x := fn(v)
		if x == nil {
			panic(errors.New("the function of asynciter.Map returned nil"))
		}
		return rt.SpawnIn(p.group, x)
	}))
	for {
		e, err := co.Await(p.events.Get())
		if err != nil {
			return err
		}
		if e.over {
			return p.sourceEnded(e.err)
		}
		r, err := co.Await(e.v)
		if err != nil {
			return err
		}
		p.slots.Release()
		if err := co.Wait(y.Yield(r)); err != nil {
			return err
		}
	}
}
