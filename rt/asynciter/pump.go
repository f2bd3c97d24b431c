package asynciter

// This file implements what Map, Merge and Buffered have in common: tasks that run sources ahead of
// the consumer.

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

//go:generate go tool coroutinegen

// A pump is the tasks that take the values of sources, and the queue in which the consumer finds
// what they make of the values.
type pump[E any] struct {
	group  *rt.TaskGroup
	slots  *locks.Semaphore // for what is in the queue
	events *queues.Queue[event[E]]
	live   int // sources of which the consumer has not seen the end
}

// An event is what was made of a value, or the end of a source.
type event[E any] struct {
	v    E
	over bool
	err  error // if over
}

// newPump returns the pump of a task that is going to end it.
func newPump[E any](t *rt.Task, sources, ahead int) *pump[E] {
	return &pump[E]{
		group:  t.OpenGroup(),
		slots:  locks.NewSemaphore(ahead - sources), // each source has one from the beginning
		events: queues.New[event[E]](0),
		live:   sources,
	}
}

// run queues what fn makes of each value of it, and closes it. There must be a slot for each value
// but the first. If run is cancelled, the error of it is that of run.
//
//coroutine:async
func run[V, E any](p *pump[E], it asyncgen.Iterator[V], fn func(V) E) (err error) {
	over := false
	defer func() {
		err = firstOf(err, co.Wait(it.Close()))
		if over {
			p.events.TryPut(event[E]{over: true, err: err})
			err = nil
		}
	}()
	for {
		v, ok, err := co.Await2(it.Next())
		if err != nil || !ok {
			over = co.Self().Err() == nil
			return err
		}
		p.events.TryPut(event[E]{v: fn(v)})
		if err := co.Wait(p.slots.Acquire()); err != nil {
			return err
		}
	}
}

// sourceEnded is called when the consumer sees the end of a source. It returns the error of the source,
// and ends the others if there is one.
func (p *pump[E]) sourceEnded(err error) error {
	p.live--
	if err != nil {
		p.group.Fail(err)
	}
	return err
}

// end ends the tasks. err is the error of the consumer. The result is that error, or one that the
// consumer has not seen.
//
//coroutine:async
func (p *pump[E]) end(err error) error {
	p.group.Cancel(nil)
	err = firstOf(co.Wait(p.group.Join()), err)
	for e, ok := p.events.TryGet(); ok; e, ok = p.events.TryGet() {
		err = firstOf(err, e.err)
	}
	return err
}
