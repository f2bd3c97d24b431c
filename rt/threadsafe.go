package rt

// This file lets ordinary goroutines start coroutines on a loop and wait for them.

import (
	"context"
	"fmt"
	"sync/atomic"
)

// StartThreadsafe starts x as a task of l, which another goroutine runs. It returns the result
// of x as a [Future], for which any goroutine and any loop can wait. Cancelling the future
// cancels the task. It corresponds to asyncio.run_coroutine_threadsafe.
func StartThreadsafe[T any](l *Loop, x Expr[T]) *Future[T] {
	f := new(Future[T])
	err := l.CallSoonThreadsafe(func() {
		if f.Done() {
			return // the future was cancelled before the task began
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
				t.noteFailure() // the task failed when nobody was waiting any more
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

// RunThreadsafe runs x as a task of l, which another goroutine runs. It blocks the calling
// goroutine until the task has ended and returns the result of x. A handler of package
// net/http, for example, can call a coroutine this way.
//
// When ctx ends, the awaits of x fail, as in a scope opened by [Task.OpenContext].
// RunThreadsafe still waits until the task has ended, so that nothing goes on after it returns,
// and returns the error of x. Usually that is a [*CanceledError] which is context.Canceled or
// context.DeadlineExceeded, as is the error of ctx. If the task has not begun when ctx ends, it
// never begins.
//
// If nobody runs l, RunThreadsafe waits until ctx ends, or until l is run or closed. If l is
// closed before x has begun, the awaits of x fail with a [*CanceledError] around
// [ErrLoopClosed]. If l was closed before the call, the error is [ErrLoopClosed]. If x panics,
// RunThreadsafe panics. RunThreadsafe also panics on a goroutine that runs a loop, and in a
// coroutine: await x there.
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
			f.Cancel(nil) // the loop has not started the task, and may never do so
			return v, contextError(ctx)
		}
		<-done
	}
	v, err, _ = f.Result()
	return v, err
}

// underContext runs x and cancels it when a context ends.
type underContext[T any] struct {
	ctx     context.Context
	x       Expr[T]
	claimed atomic.Bool // the task has begun, or the caller has left
	inner   Awaitable[T]
	scope   *Scope
}

// Poll implements [Awaitable].
func (o *underContext[T]) Poll(t *Task) (v T, err error, ready bool) {
	if o.scope == nil {
		if !o.claimed.CompareAndSwap(false, true) {
			// The caller has returned the error, which may be that of a deadline, so the error
			// must not be reported as well.
			return v, &CanceledError{Cause: context.Cause(o.ctx)}, true
		}
		o.inner = o.x.Awaitable()
		o.scope = t.OpenContext(o.ctx)
	}
	return pollIn(t, o.scope, o.inner)
}

// wrapped returns x for [Task.Chain].
func (o *underContext[T]) wrapped() any {
	if o.inner == nil {
		return o.x
	}
	return o.inner
}

// Awaitable implements [Expr].
func (o *underContext[T]) Awaitable() Awaitable[T] { return o }
