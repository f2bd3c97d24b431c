package locks

// This file implements Once.

import (
	"fmt"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A Once computes a value with a coroutine, when the value is first needed, and
// keeps it. The zero Once is ready for use. A Once must not be copied.
//
// Unlike sync.OnceValues, a Once does not keep failures. An error, a panic or a
// cancellation concerns only the task in which it happens. The next task that
// waits tries again with its own coroutine.
type Once[T any] struct {
	home    rt.Home
	value   T
	done    bool
	running *rt.Task // the task that computes the value, or nil
	line    rt.Line[OnceOp[T]]
}

// Do returns the operation whose result is the value. If there is no value yet, the
// operation awaits x to compute it. If another task is computing it, the operation
// waits for that task. An x that is not needed does not run.
func (o *Once[T]) Do(x rt.Expr[T]) OnceOp[T] { return OnceOp[T]{once: o, x: x} }

// Get returns the value, and whether there is one.
func (o *Once[T]) Get() (v T, ok bool) { return o.value, o.done }

// String says whether the value is there, and which task computes it.
func (o *Once[T]) String() string {
	switch {
	case o.done:
		return "once, done"
	case o.running != nil:
		return "once, run by " + holder(o.running) + waiting(o.line.Len())
	}
	return "once, not done"
}

// pass ends an attempt: all waiting tasks get the value, or the next of them tries.
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
	inner  rt.Awaitable[T] // computes the value; nil: this operation does not
	stage  rt.Stage
	waiter rt.Waiter[OnceOp[T]]
}

// Poll implements [rt.Awaitable].
func (o *OnceOp[T]) Poll(t *rt.Task) (v T, err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Once.Do")
	if err != nil || !ready {
		return v, err, ready
	}
	if o.inner != nil {
		return o.run(t)
	}
	once := o.once
	if first {
		once.home.Enter(t, "once")
		switch once.running {
		case nil:
			if !once.done {
				once.running = t
			}
		case t:
			panic(fmt.Errorf("%s awaits in a once that same once: it would wait for itself for ever", t))
		default:
			once.line.Join(t, o, &o.waiter, nil)
			o.stage.Suspend(t)
			return v, nil, false
		}
	} else if !o.waiter.Collect() {
		if err := t.Err(); err != nil {
			o.waiter.Leave()
			return v, err, true
		}
		o.stage.Suspend(t)
		return v, nil, false
	}
	if once.done {
		return once.value, nil, true
	}
	o.inner = o.x.Awaitable()
	return o.run(t)
}

// run polls the awaitable that computes the value. A panic counts as a failure.
func (o *OnceOp[T]) run(t *rt.Task) (v T, err error, ready bool) {
	suspended := false
	defer func() {
		if suspended {
			o.stage.Suspend(t)
		} else {
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
