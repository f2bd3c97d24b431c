package asynciter

// This file implements Iterators over values that need no waiting.

import (
	"errors"
	"iter"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
)

// FromSlice returns an Iterator over the elements of list, which must not be changed meanwhile. It
// needs no task.
func FromSlice[V any](list []V) asyncgen.Iterator[V] { return &ofSlice[V]{list: list} }

type ofSlice[V any] struct {
	home rt.Home
	list []V // what is left
}

func (s *ofSlice[V]) Next() asyncgen.NextOp[V] { return asyncgen.NextOf(s) }
func (s *ofSlice[V]) Close() asyncgen.CloseOp  { return asyncgen.CloseOf(s) }

// PollNext implements [asyncgen.Poller].
func (s *ofSlice[V]) PollNext(t *rt.Task, _ bool) (v rt.Two[V, bool], err error, ready bool) {
	s.home.Enter(t, "asynchronous iterator")
	if len(s.list) > 0 {
		v.V1, v.V2 = s.list[0], true
		s.list = s.list[1:]
	}
	return v, nil, true
}

// PollClose implements [asyncgen.Poller].
func (s *ofSlice[V]) PollClose(*rt.Task, bool) (err error, ready bool) {
	s.list = nil
	return nil, true
}

// FromSeq returns an Iterator over the values of seq. It needs no task. The first Next calls seq,
// and Close makes seq return, so an Iterator that has begun must be closed. seq runs on the
// goroutine of the loop: it must neither block nor await. A panic of seq is a panic of the Next
// or the Close that runs it.
func FromSeq[V any](seq iter.Seq[V]) asyncgen.Iterator[V] {
	if seq == nil {
		panic(errors.New("asynciter.FromSeq of a nil function"))
	}
	return &ofSeq[V]{seq: seq}
}

type ofSeq[V any] struct {
	home rt.Home
	seq  iter.Seq[V] // nil: it was called, or never will be
	next func() (V, bool)
	stop func()
}

func (s *ofSeq[V]) Next() asyncgen.NextOp[V] { return asyncgen.NextOf(s) }
func (s *ofSeq[V]) Close() asyncgen.CloseOp  { return asyncgen.CloseOf(s) }

// PollNext implements [asyncgen.Poller].
func (s *ofSeq[V]) PollNext(t *rt.Task, _ bool) (v rt.Two[V, bool], err error, ready bool) {
	s.home.Enter(t, "asynchronous iterator")
	if s.seq != nil {
		s.next, s.stop = iter.Pull(s.seq)
		s.seq = nil
	}
	if s.next != nil {
		v.V1, v.V2 = s.next()
	}
	return v, nil, true
}

// PollClose implements [asyncgen.Poller].
func (s *ofSeq[V]) PollClose(t *rt.Task, _ bool) (err error, ready bool) {
	s.home.Enter(t, "asynchronous iterator")
	stop := s.stop
	s.seq, s.next, s.stop = nil, nil, nil
	if stop != nil {
		stop()
	}
	return nil, true
}
