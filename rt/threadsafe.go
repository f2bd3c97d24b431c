package rt

// This file is coroutines that ordinary goroutines start on a loop, and wait for.

import (
	"context"
	"fmt"
	"sync/atomic"
)

// StartThreadsafe starts x as a task of l, which runs on another goroutine, and
// returns its result as a [Future], which any goroutine and any loop can wait
// for. It is asyncio.run_coroutine_threadsafe. Cancelling the future cancels
// the task.
func StartThreadsafe[T any](l *Loop, x Expr[T]) *Future[T] {
	f := new(Future[T])
	err := l.CallSoonThreadsafe(func() {
		if f.Done() {
			return // cancelled on the way
		}
		t := Start(l, x)
		t.flags |= taskJoined
		remove := f.OnDone(func(f *Future[T]) {
			_, err, _ := f.result()
			l.CallSoonThreadsafe(func() { t.Cancel(err) })
		})
		t.OnDone(func(*Task) {
			remove()
			if f.complete(t.value, t.err, t.Panic()) != nil {
				t.noteFailure() // it failed when nobody waited any more
			}
		})
	})
	if err != nil {
		f.Fail(err)
	}
	return f
}

// wait blocks the calling goroutine until f is done.
func wait[T any](f *Future[T]) (T, error) {
	done := make(chan struct{})
	f.OnDone(func(*Future[T]) { close(done) })
	<-done
	v, err, _ := f.Result()
	return v, err
}

// RunThreadsafe runs x as a task of l, which another goroutine runs, and blocks
// the calling goroutine until the task has ended: it returns the result of x. It is
// how a handler of package net/http, say, calls a coroutine.
//
// When ctx ends, what x awaits fails, as in a scope that was opened by
// [Task.OpenContext]. RunThreadsafe waits all the same until the task has ended,
// so that nothing goes on behind the caller's back, and returns the error of x: as
// a rule a [*CanceledError], which errors.Is takes for context.Canceled or
// context.DeadlineExceeded, as ctx says. If the task has not begun by then, it
// never will.
//
// Somebody has to run l: if nobody does, RunThreadsafe waits until ctx ends, or
// until l is run or closed. If l is closed before x has begun, the awaits of x fail
// with a [*CanceledError] around [ErrLoopClosed]; if it was closed before the call, the
// error is [ErrLoopClosed]. A panic of x is one of
// RunThreadsafe. On a goroutine that runs a loop, and in a coroutine,
// RunThreadsafe panics: there, await x.
func RunThreadsafe[T any](ctx context.Context, l *Loop, x Expr[T]) (v T, err error) {
	if occupation() != nil {
		panic(fmt.Errorf("%s calls rt.RunThreadsafe on a goroutine that runs tasks, and would stop them: await the coroutine, or rt.StartThreadsafe for another loop", caller()))
	}
	if ctx.Err() != nil {
		return v, contextError(ctx)
	}
	o := &underContext[T]{ctx: ctx, x: x}
	f := StartThreadsafe(l, o)
	done := make(chan struct{})
	f.OnDone(func(*Future[T]) { close(done) })
	select {
	case <-done:
	case <-ctx.Done():
		if o.claimed.CompareAndSwap(false, true) {
			f.Cancel(nil) // the loop has not come to it, and may never
			return v, contextError(ctx)
		}
		<-done
	}
	v, err, _ = f.Result()
	return v, err
}

// underContext is an x that is cancelled with a context.
type underContext[T any] struct {
	ctx     context.Context
	x       Expr[T]
	claimed atomic.Bool // the task has begun, or its caller has left
	inner   Awaitable[T]
	scope   *Scope
}

// Poll implements [Awaitable].
func (o *underContext[T]) Poll(t *Task) (v T, err error, ready bool) {
	if o.scope == nil {
		if !o.claimed.CompareAndSwap(false, true) {
			// The caller has the error, which may be that of a deadline: it is not
			// to be reported as well.
			return v, &CanceledError{Cause: context.Cause(o.ctx)}, true
		}
		o.inner = o.x.Awaitable()
		o.scope = t.OpenContext(o.ctx)
	}
	return pollIn(t, o.scope, o.inner)
}

// wrapped is for [Task.Chain].
func (o *underContext[T]) wrapped() any {
	if o.inner == nil {
		return o.x
	}
	return o.inner
}

// Awaitable implements [Expr].
func (o *underContext[T]) Awaitable() Awaitable[T] { return o }
