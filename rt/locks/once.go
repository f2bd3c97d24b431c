package locks

// This file is once.

import (
	"fmt"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A Once computes a value at most once, by a coroutine, when it is first
// needed. The zero Once is ready for use; it must not be copied.
//
// Unlike sync.OnceValues it does not keep failures: an error, a panic or a
// cancellation concerns only the task in which it happens, and the next that
// waits tries by itself.
type Once[T any] struct {
	home    rt.Home
	value   T
	done    bool
	running *rt.Task // nil: nobody is at it
	line    rt.Line[OnceOp[T]]
}

// Do returns the operation that results in the value. If there is none yet it
// awaits x for it; if another task is doing so, it waits for that. An x that is
// not needed is dropped: it has not run.
func (o *Once[T]) Do(x rt.Expr[T]) OnceOp[T] { return OnceOp[T]{once: o, x: x} }

// Get returns the value, if there is one.
func (o *Once[T]) Get() (v T, ok bool) { return o.value, o.done }

// String tells how far it is.
func (o *Once[T]) String() string {
	switch {
	case o.done:
		return "once, done"
	case o.running != nil:
		return "once, run by " + holder(o.running) + waiting(o.line.Len())
	}
	return "once, not done"
}

// pass ends the attempt of the task that is at it.
func (o *Once[T]) pass() {
	o.running = nil
	for {
		next := o.line.Serve()
		if next == nil {
			return
		}
		if !o.done {
			o.running = next.waiter.Task()
			return
		}
	}
}

// An OnceOp is the operation that [Once.Do] returns.
type OnceOp[T any] struct {
	once   *Once[T]
	x      rt.Expr[T]
	inner  rt.Awaitable[T] // nil: not at it
	begun  bool
	waiter rt.Waiter[OnceOp[T]]
}

// Poll implements [rt.Awaitable].
func (o *OnceOp[T]) Poll(t *rt.Task) (v T, err error, ready bool) {
	if o.inner != nil {
		return o.run(t)
	}
	once := o.once
	if !o.begun {
		if err, ready := t.Checkpoint(); err != nil || !ready {
			return v, err, ready
		}
		once.home.Enter(t, "once")
		o.begun = true
		switch once.running {
		case nil:
			if !once.done {
				once.running = t
			}
		case t:
			panic(fmt.Errorf("%s awaits in a once that same once: it would wait for itself for ever", t))
		default:
			once.line.Join(t, o, &o.waiter, nil)
			return v, nil, false
		}
	} else if !o.waiter.Collect() {
		if !o.waiter.Waiting() {
			panic(rt.Resumed("Once.Do"))
		}
		if err := t.Err(); err != nil {
			o.waiter.Leave()
			return v, err, true
		}
		return v, nil, false
	}
	if once.done {
		return once.value, nil, true
	}
	o.inner = o.x.Awaitable()
	return o.run(t)
}

// run polls what computes the value. A panic counts as a failure.
func (o *OnceOp[T]) run(t *rt.Task) (v T, err error, ready bool) {
	if by := o.once.running; by != t {
		panic(fmt.Errorf("%s awaits what %s has begun to await: one coroutine was handed to two tasks; call Do once for each", t, by))
	}
	suspended := false
	defer func() {
		if !suspended {
			o.inner = nil
			o.once.pass()
		}
	}()
	v, err, ready = o.inner.Poll(t)
	suspended = !ready
	if ready && err == nil {
		o.once.value, o.once.done = v, true
	}
	return v, err, ready
}

// Where implements [rt.Locator].
func (o *OnceOp[T]) Where() (line string, on any) {
	if o.inner != nil {
		return "", o.inner
	}
	return "", behind(o.once.running)
}

// Awaitable implements [rt.Expr].
func (o OnceOp[T]) Awaitable() rt.Awaitable[T] { return &o }

// Parts implements [rt.Composite].
func (o OnceOp[T]) Parts() []any { return []any{o.x} }
