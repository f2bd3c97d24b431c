package rt

// This file is the way out of the loop: calls that block, on goroutines of
// their own.

import (
	"context"
	"runtime"
)

// ToThread runs fn, which may block, on a goroutine of its own and waits for
// its result; the loop goes on meanwhile. A panic or runtime.Goexit of fn
// becomes that of the await.
//
// Nothing can interrupt fn: a cancelled await waits for it all the same and
// returns what it returns, so that no result is lost and no call is left
// behind. The await after it sees the cancellation. If fn can be told to give
// up, use [ToThreadContext].
func ToThread[T any](fn func() (T, error)) ThreadOp[T] {
	return ThreadOp[T]{fn: func(context.Context) (T, error) { return fn() }}
}

// ToThreadContext is [ToThread] for an fn that ends early when ctx does: that
// is when the await is cancelled. ctx lasts until fn has returned.
func ToThreadContext[T any](fn func(ctx context.Context) (T, error)) ThreadOp[T] {
	return ThreadOp[T]{fn: fn}
}

// A ThreadOp is the operation that [ToThread] returns.
type ThreadOp[T any] struct {
	fn    func(context.Context) (T, error)
	call  *threadCall[T] // nil: before the first poll
	scope *Scope
}

// A threadCall is a call of fn in progress. The goroutine fills it in and
// sends it to the loop, and with it the right to read it.
type threadCall[T any] struct {
	task   *Task
	value  T
	err    error
	panic  *Panic
	exited bool
	done   bool // set and read on the loop
}

// Poll implements [Awaitable].
func (o *ThreadOp[T]) Poll(t *Task) (v T, err error, ready bool) {
	if o.call == nil {
		if err, ready := t.Checkpoint(); err != nil || !ready {
			return v, err, ready
		}
		o.call = &threadCall[T]{task: t}
		o.scope = t.OpenScope()
		t.loop.threads.Add(1)
		go o.call.run(o.fn, o.scope)
	}
	c := o.call
	c.task.mustBe(t)
	if !c.done {
		return v, nil, false
	}
	o.scope.Close()
	if c.exited {
		runtime.Goexit()
	}
	if c.panic != nil {
		c.panic.rethrow(t.loop)
	}
	return c.value, c.err, true
}

// Awaitable implements [Expr].
func (o ThreadOp[T]) Awaitable() Awaitable[T] { return &o }

func (c *threadCall[T]) run(fn func(context.Context) (T, error), ctx context.Context) {
	c.exited = true // unless it turns out otherwise
	defer func() {
		if c.exited {
			stack := panicStack()
			if v := recover(); v != nil {
				c.exited = false
				c.panic = &Panic{Task: c.task, Value: v, Stack: stack}
			}
		}
		c.task.loop.send(c) // the loop stays open while its tasks live
	}()
	c.value, c.err = fn(ctx)
	c.exited = false
}

// arrive implements [arrival].
func (c *threadCall[T]) arrive() {
	c.done = true
	c.task.loop.threads.Add(-1)
	c.task.Wake()
}
