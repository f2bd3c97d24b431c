package asynciter

// This file connects Iterators with queues.

import (
	"errors"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

// FromQueue returns an Iterator over the values of q. It ends when q is closed and empty. It needs
// no task. Several Iterators, and Gets, may share a queue: each value goes to one of them.
//
// Close leaves q as it is. A Next that waits in another task then fails with
// [rt.ErrGeneratorExit]. FromQueue does not call [queues.Queue.TaskDone].
func FromQueue[V any](q *queues.Queue[V]) asyncgen.Iterator[V] {
	if q == nil {
		panic(errors.New("asynciter.FromQueue of a nil Queue"))
	}
	return &ofQueue[V]{q: q}
}

type ofQueue[V any] struct {
	turn turn
	q    *queues.Queue[V]
	get  queues.GetOp[V]
	shut bool
}

func (s *ofQueue[V]) Next() asyncgen.NextOp[V] { return asyncgen.NextOf(s) }
func (s *ofQueue[V]) Close() asyncgen.CloseOp  { return asyncgen.CloseOf(s) }

// PollNext implements [asyncgen.Poller].
func (s *ofQueue[V]) PollNext(t *rt.Task, first bool) (v rt.Two[V, bool], err error, ready bool) {
	if first {
		if err := s.turn.begin(t); err != nil {
			return v, err, true
		}
		s.get = s.q.Get()
	}
	suspended := false
	defer s.turn.leave(&suspended)
	switch {
	case s.shut && first:
		return v, nil, true
	case s.shut && s.get.Withdraw(t):
		return v, rt.ErrGeneratorExit, true
	}
	v.V1, err, ready = s.get.Poll(t)
	suspended = !ready
	if err == queues.ErrClosed {
		return v, nil, true
	}
	v.V2 = err == nil
	return v, err, ready
}

// PollClose implements [asyncgen.Poller].
func (s *ofQueue[V]) PollClose(*rt.Task, bool) (err error, ready bool) {
	s.shut = true
	if s.turn.task != nil {
		s.turn.task.Wake()
	}
	return nil, true
}

// ToQueue returns the coroutine that puts the values of it into q, and closes it. The error is
// that of it, or [queues.ErrClosed] if q is closed before the end of the values. The value that
// was to be put into q then, or when the coroutine is cancelled, is lost.
//
// ToQueue does not close q, because others may put values there, too. If nobody does, close it
// after ToQueue, so that those who get the values see their end:
//
//	defer q.Close()
//	err := co.Wait(asynciter.ToQueue(it, q))
func ToQueue[V any](it asyncgen.Iterator[V], q *queues.Queue[V]) rt.Coroutine[rt.Void] {
	mustExist("ToQueue", it)
	if q == nil {
		panic(errors.New("asynciter.ToQueue of a nil Queue"))
	}
	return toQueueAsync(it, q)
}

//coroutine:async
func toQueue[V any](it asyncgen.Iterator[V], q *queues.Queue[V]) (err error) {
	for v := range co.Each(it, &err) {
		if failed := co.Wait(q.Put(v)); failed != nil {
			return failed
		}
	}
	return err
}
