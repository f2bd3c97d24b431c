package asynciter

// This file implements the adapters that run sources ahead of their consumer.

import (
	"fmt"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

//go:generate go tool coroutinegen

// Merge returns an Iterator over the values of all its, as they come. The values of each source
// keep their order. Merge ends when all sources have ended. The first failure of a source ends it
// and closes the other sources. The values that came before are handed out before the error.
//
// The first Next starts a task for each source. Each task asks for the next value before the
// consumer does, and holds it. Close drops these values, but not an error after them. Merge of no
// sources has no values.
func Merge[V any](its ...asyncgen.Iterator[V]) asyncgen.Iterator[V] {
	sources := make([]closable, len(its))
	for i, it := range its {
		mustExist("Merge", it)
		sources[i] = it
	}
	return adapt(mergedAsync(its, len(its)), sources...)
}

// Buffered returns an Iterator over the values of it that runs it ahead of the consumer, in a task
// of its own, by up to n values. The first Next starts it. An error comes after the values before
// it. Close drops the values that were not taken, but not an error after them.
func Buffered[V any](it asyncgen.Iterator[V], n int) asyncgen.Iterator[V] {
	mustExist("Buffered", it)
	if n < 1 {
		panic(fmt.Errorf("asynciter.Buffered by %d values: it must be at least 1", n))
	}
	return adapt(mergedAsync([]asyncgen.Iterator[V]{it}, n), it)
}

// An event is a value of a source, or its end.
type event[V any] struct {
	v    V
	over bool
	err  error // if over
}

// merged hands out the values of its. It runs them ahead by up to the given number of values.
//
//coroutine:async
//coroutine:generator
func merged[V any](y co.AsyncYielder[V, rt.Void], its []asyncgen.Iterator[V], ahead int) (err error) {
	g := co.Self().OpenGroup()
	slots := locks.NewSemaphore(ahead - len(its)) // and each source has one from the beginning
	events := queues.New[event[V]](0)
	defer func() {
		g.Cancel(nil)
		err = firstOf(co.Wait(g.Join()), err)
		for e, ok := events.TryGet(); ok; e, ok = events.TryGet() {
			err = firstOf(err, e.err) // nobody has seen it
		}
	}()
	for _, it := range its {
		rt.SpawnIn(g, pumpAsync(it, slots, events))
	}
	for live := len(its); live > 0; {
		e, err := co.Await(events.Get())
		switch {
		case err != nil:
			return err
		case e.err != nil:
			g.Fail(e.err)
			return e.err
		case e.over:
			live--
		default:
			slots.Release()
			if err := co.Wait(y.Yield(e.v)); err != nil {
				return err
			}
		}
	}
	return nil
}

// pump sends the values of it to events, and closes it. There must be a slot for each value but
// the first. If pump is cancelled, the error of it is that of pump.
//
//coroutine:async
func pump[V any](it asyncgen.Iterator[V], slots *locks.Semaphore, events *queues.Queue[event[V]]) (err error) {
	over := false
	defer func() {
		err = firstOf(err, co.Wait(it.Close()))
		if over {
			events.TryPut(event[V]{over: true, err: err})
			err = nil
		}
	}()
	for {
		v, ok, err := co.Await2(it.Next())
		if err != nil || !ok {
			over = co.Self().Err() == nil
			return err
		}
		events.TryPut(event[V]{v: v})
		if err := co.Wait(slots.Acquire()); err != nil {
			return err
		}
	}
}
