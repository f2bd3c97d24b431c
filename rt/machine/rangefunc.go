package machine

// This file is range over functions for machines: a body that awaits cannot run
// inside the iterator function, which could not suspend.

import (
	"iter"
	"runtime"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// RangeFunc returns the range over seq, which has no iteration values, for the
// task t. See [SeqIter].
func RangeFunc(t *rt.Task, seq func(yield func() bool)) *SeqIter[rt.Void] {
	it := new(SeqIter[rt.Void])
	it.init(t, func() {
		seq(func() bool {
			it.enter()
			return it.pause()
		})
	})
	return it
}

// RangeSeq returns the range over seq for the task t. See [SeqIter].
func RangeSeq[V any](t *rt.Task, seq func(yield func(V) bool)) *SeqIter[V] {
	it := new(SeqIter[V])
	it.init(t, func() {
		seq(func(v V) bool {
			it.enter()
			it.value = v
			return it.pause()
		})
	})
	return it
}

// RangeSeq2 returns the range over seq for the task t. See [Seq2Iter].
func RangeSeq2[K, V any](t *rt.Task, seq func(yield func(K, V) bool)) *Seq2Iter[K, V] {
	it := new(Seq2Iter[K, V])
	it.init(t, func() {
		seq(func(k K, v V) bool {
			it.enter()
			it.key, it.value = k, v
			return it.pause()
		})
	})
	return it
}

// A SeqIter is a range over an iterator function that can be paused: the
// function runs on a goroutine of its own, by [iter.Pull], and takes turns with
// the body of the loop, which calls Next. It means exactly what the range
// statement means:
//
//   - a body that leaves the loop calls Stop: yield returns false, and the loop
//     is left once the function has returned;
//   - a panic of the body (see [Unwind]) is a panic of yield, with the same
//     value, and so is runtime.Goexit;
//   - a function that goes on although yield returned false, or after the
//     end of the loop, or that holds up a panic, gets the panic that Go has for that.
//
// A loop that is never ended, because its task is dropped while it is
// suspended, keeps its goroutine for ever: what waits in a loop over a function
// must be cancelled, as [rt.Loop.Close] does, and not forgotten.
type SeqIter[V any] struct {
	funcIter
	value V
}

// Value returns the current iteration value.
func (it *SeqIter[V]) Value() V { return it.value }

// A Seq2Iter is a [SeqIter] with two iteration values.
type Seq2Iter[K, V any] struct {
	funcIter
	key   K
	value V
}

// Key returns the current first iteration value.
func (it *Seq2Iter[K, V]) Key() K { return it.key }

// Value returns the current second iteration value.
func (it *Seq2Iter[K, V]) Value() V { return it.value }

// A rangeState says what yield may do: the states of
// cmd/compile/internal/rangefunc.
type rangeState uint8

const (
	rangeReady     rangeState = iota // the function may call yield
	rangeBody                        // the body is running, or has panicked
	rangeDone                        // the body has left the loop
	rangeExhausted                   // the function has returned
)

// funcIter is what does not depend on the types of the values.
type funcIter struct {
	next   func() (struct{}, bool)
	stop   func()
	yield  func(struct{}) bool // of iter.Pull
	state  rangeState
	over   bool // the function has returned, panicked or ended its goroutine
	thrown bool // yield panics with cause
	cause  any
	exits  bool // yield ends its goroutine; the panic, if any, came after that
}

func (it *funcIter) init(t *rt.Task, seq func()) {
	it.next, it.stop = iter.Pull(func(yield func(struct{}) bool) {
		it.yield = yield
		if unregister, ok := inside.Register(t.Loop()); ok {
			defer unregister()
		}
		defer func() {
			it.over = true
			if it.cause != nil {
				return // it began in the body
			}
			if v := recover(); v != nil {
				insideOf(t).Left(v)
				panic(v)
			}
		}()
		seq()
	})
}

// Next goes on to the next iteration and reports whether there is one.
func (it *funcIter) Next() bool {
	it.state = rangeReady
	_, ok := it.next()
	if !ok {
		it.end()
	}
	return ok
}

// Stop leaves the loop before its end.
func (it *funcIter) Stop() {
	it.state = rangeDone
	it.stop()
	it.end()
}

func (it *funcIter) end() {
	if it.state == rangeBody {
		rangeRecovered()
	}
	it.state = rangeExhausted
}

// enter is the begin of yield.
func (it *funcIter) enter() {
	was := it.state
	it.state = rangeBody
	if was != rangeReady {
		rangeContinued(was)
	}
}

// pause is the rest of yield: the body runs.
func (it *funcIter) pause() bool {
	more := it.yield(struct{}{})
	if it.thrown {
		it.thrown = false
		if it.exits {
			defer func() {
				if it.cause != nil {
					panic(it.cause)
				}
			}()
			runtime.Goexit()
		}
		panic(it.cause)
	}
	return more
}

// throw lets yield panic, or end its goroutine. It does not return.
func (it *funcIter) throw(cause any, exits bool) {
	it.thrown, it.cause, it.exits = true, cause, exits
	it.next()
	it.end()
}

func (it *SeqIter[V]) iter() *funcIter {
	if it == nil {
		return nil
	}
	return &it.funcIter
}

func (it *Seq2Iter[K, V]) iter() *funcIter {
	if it == nil {
		return nil
	}
	return &it.funcIter
}

// A FuncIter is a [SeqIter] or a [Seq2Iter], nil for a loop that has not begun.
type FuncIter interface{ iter() *funcIter }

// Unwind lets the panic with cause, which a machine has recovered, go on
// through its loops over functions, innermost first: each function may replace
// it, as if it were on the stack between the body and the machine. If there is
// no cause, but a loop that was not left, runtime.Goexit goes through them.
//
// If there is neither, Unwind does nothing.
func Unwind(cause any, loops ...FuncIter) { unwind(cause, cause == nil, loops) }

// unwind is Unwind where exits says that the goroutine is ending; then cause is
// a panic of a deferred call, and if it is recovered, the end goes on.
func unwind(cause any, exits bool, loops []FuncIter) {
	for i, x := range loops {
		if it := x.iter(); it != nil && !it.over {
			defer func() {
				v := recover()
				unwind(v, exits || v == nil, loops[i+1:])
			}()
			it.throw(cause, exits)
		}
	}
	if cause != nil {
		panic(cause)
	}
}

// rangeContinued panics as Go does when an iterator function calls yield in the
// state was. The errors are the runtime's own: it alone can make them.
func rangeContinued(was rangeState) {
	switch was {
	case rangeDone:
		for range func(yield func() bool) { yield(); yield() } {
			break
		}
	case rangeBody:
		for range func(yield func() bool) { swallow(yield); yield() } {
			panic("any")
		}
	case rangeExhausted:
		var again func() bool
		for range func(yield func() bool) { again = yield } {
		}
		again()
	}
}

// rangeRecovered panics as Go does when an iterator function recovers a panic
// of the body and returns.
func rangeRecovered() {
	for range func(yield func() bool) { swallow(yield) } {
		panic("any")
	}
}

func swallow(yield func() bool) {
	defer func() { recover() }()
	yield()
}
