package asynciter

// This file implements Map.

import (
	"errors"
	"fmt"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/queues"
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

// A call is the task of one operation, or the end of the values.
type call[R any] struct {
	task *rt.TaskOf[R] // nil: the end
	err  error         // of the source, if there is no task
}

// mapped hands out the results of the calls of fn.
//
//coroutine:async
//coroutine:generator
func mapped[V, R any](y co.AsyncYielder[R, rt.Void], it asyncgen.Iterator[V], limit int, fn func(V) rt.Expr[R]) (err error) {
	g := co.Self().OpenGroup()
	slots := locks.NewSemaphore(limit - 1) // and the first call needs none
	calls := queues.New[call[R]](0)
	defer func() {
		g.Cancel(nil)
		err = firstOf(co.Wait(g.Join()), err)
		for c, ok := calls.TryGet(); ok; c, ok = calls.TryGet() {
			err = firstOf(err, c.err) // nobody has seen it
		}
	}()
	rt.SpawnIn(g, startCallsAsync(g, it, fn, slots, calls))
	for {
		c, err := co.Await(calls.Get())
		if err != nil {
			return err
		}
		if c.task == nil {
			g.Fail(c.err)
			return c.err
		}
		r, err := co.Await(c.task)
		if err != nil {
			return err
		}
		slots.Release()
		if err := co.Wait(y.Yield(r)); err != nil {
			return err
		}
	}
}

// startCalls starts a call of fn for each value of it, and closes it. There must be a slot for each
// call but the first. If startCalls is cancelled, the error of it is that of startCalls.
//
//coroutine:async
func startCalls[V, R any](g *rt.TaskGroup, it asyncgen.Iterator[V], fn func(V) rt.Expr[R], slots *locks.Semaphore, calls *queues.Queue[call[R]]) (err error) {
	over := false
	defer func() {
		err = firstOf(err, co.Wait(it.Close()))
		if over {
			calls.TryPut(call[R]{err: err})
			err = nil
		}
	}()
	for {
		v, ok, err := co.Await2(it.Next())
		if err != nil || !ok {
			over = co.Self().Err() == nil
			return err
		}
		x := fn(v)
		if x == nil {
			panic(errors.New("the function of asynciter.Map returned nil"))
		}
		calls.TryPut(call[R]{task: rt.SpawnIn(g, x)})
		if err := co.Wait(slots.Acquire()); err != nil {
			return err
		}
	}
}
