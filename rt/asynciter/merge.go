package asynciter

// This file implements Merge and Buffered.

import (
	"fmt"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
)

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

// merged hands out the values of its. It runs them ahead by up to the given number of values.
//
//coroutine:async
//coroutine:generator
func merged[V any](y co.AsyncYielder[V, rt.Void], its []asyncgen.Iterator[V], ahead int) (err error) {
	p := newPump[V](co.Self(), len(its), ahead)
	defer func() { err = co.Wait(p.endAsync(err)) }()
	for _, it := range its {
		rt.SpawnIn(p.group, runAsync(p, it, func(v V) V { return v }))
	}
	for p.live > 0 {
		e, err := co.Await(p.events.Get())
		if err != nil {
			return err
		}
		if e.over {
			if err := p.sourceEnded(e.err); err != nil {
				return err
			}
			continue
		}
		p.slots.Release()
		if err := co.Wait(y.Yield(e.v)); err != nil {
			return err
		}
	}
	return nil
}
