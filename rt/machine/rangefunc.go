package machine

// This file implements range over functions for machines. A body that awaits cannot run inside
// the iterator function, because the iterator function cannot suspend.

import (
	"iter"
	"runtime"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// RangeFunc returns the range over seq, which has no iteration values, for the
// task t, or for a generator if t is nil. See [SeqIter].
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

// A SeqIter is a range over an iterator function that can be paused. The function runs on a
// goroutine of its own, by [iter.Pull], and takes turns with the body of the loop, which calls
// Next. A SeqIter has the semantics of the range statement:
//
//   - A body that leaves the loop calls Stop. yield returns false, and the loop is left once
//     the function has returned.
//   - A panic of the body (see [Unwind]) is a panic of yield with the same value, and so is
//     runtime.Goexit.
//   - The panics of Go follow if the function calls yield after it returned false or after the
//     end of the loop, or if it recovers a panic of the body.
//
// If the task of a loop is dropped while it is suspended, the loop never ends and keeps its
// goroutine for ever. A task that waits in a loop over a function must be cancelled, as
// [rt.Loop.Close] does.
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

// A rangeState says what yield may do. The states are those of cmd/compile/internal/rangefunc.
type rangeState uint8

const (
	rangeReady     rangeState = iota // the function may call yield
	rangeBody                        // the body is running, or has panicked
	rangeDone                        // the body has left the loop
	rangeExhausted                   // the function has returned
)

// funcIter is the part that does not depend on the types of the values.
type funcIter struct {
	next   func() (struct{}, bool)
	stop   func()
	yield  func(struct{}) bool // the yield of iter.Pull
	state  rangeState
	over   bool // the function has returned, panicked or ended its goroutine
	thrown bool // yield panics with cause
	cause  any
	exits  bool // yield ends its goroutine; the panic, if any, came after that
}

func (it *funcIter) init(t *rt.Task, seq func()) {
	it.next, it.stop = iter.Pull(func(yield func(struct{}) bool) {
		it.yield = yield
		if t != nil {
			if unregister, ok := inside.Register(t.Loop()); ok {
				defer unregister()
			}
		}
		defer func() {
			it.over = true
			if it.cause != nil {
				return // the panic began in the body
			}
			if v := recover(); v != nil {
				if t != nil {
					insideOf(t).Left(v)
				}
				panic(v)
			}
		}()
		seq()
	})
}

// Next advances to the next iteration and reports whether there is one.
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

// enter is the first part of yield.
func (it *funcIter) enter() {
	was := it.state
	it.state = rangeBody
	if was != rangeReady {
		rangeContinued(was)
	}
}

// pause is the second part of yield, while the body runs.
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

// throw makes yield panic or end its goroutine. It does not return.
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

// A FuncIter is a [SeqIter] or a [Seq2Iter], or nil for a loop that has not begun.
type FuncIter interface{ iter() *funcIter }

// Unwind passes the panic with cause, which a machine has recovered, through the machine's
// loops over functions, innermost first. Each function may replace the panic, as if it were on
// the stack between the body and the machine. If cause is nil, and some loop was not left,
// Unwind passes runtime.Goexit through the loops. Otherwise Unwind does nothing.
func Unwind(cause any, loops ...FuncIter) { unwind(cause, cause == nil, loops) }

// unwind implements Unwind. If exits is set, the goroutine is ending. cause is then a panic of
// a deferred call, and if it is recovered, the Goexit goes on.
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

// rangeContinued panics as Go does when an iterator function calls yield in the state was. Only
// the Go runtime can make these errors, so rangeContinued lets it panic.
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
