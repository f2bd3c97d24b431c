package rt

// This file is what makes futures and scopes of what others have: callbacks,
// goroutines, contexts. For channels see channel.go.

import (
	"context"

	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// Go runs fn on a goroutine of its own and returns the future of its result,
// for any task of any loop and any goroutine. A panic of fn is that of every
// await. Nobody waits for the goroutine: see [ToThread] for a call that belongs
// to a task.
func Go[T any](fn func() (T, error)) *Future[T] {
	f := &Future[T]{foreign: true}
	go func() {
		var v T
		var err error = errUnwound // unless it returns
		defer func() {
			if p := recover(); p != nil {
				f.complete(v, errUnwound, &Panic{Value: p, Stack: inside.PanicStack()})
				return
			}
			f.complete(v, err, nil)
		}()
		v, err = fn()
	}()
	return f
}

// Callback returns the future of a function that reports its result by a
// callback: register is called now, and is to see to it that done is called
// once, on any goroutine. Later calls do nothing.
func Callback[T any](register func(done func(T, error))) *Future[T] {
	f := &Future[T]{foreign: true}
	register(func(v T, err error) { f.complete(v, err, nil) })
	return f
}

// FromContext returns a future that fails when ctx ends, with a [*CanceledError]
// around its cause. For a scope that ends with ctx see [Task.OpenContext].
func FromContext(ctx context.Context) *Future[Void] {
	f := &Future[Void]{seen: true} // contexts end: nothing to report
	stop := context.AfterFunc(ctx, func() { f.complete(Void{}, contextError(ctx), nil) })
	f.OnDone(func(*Future[Void]) { stop() }) // it may be cancelled before
	return f
}

// OpenContext opens a scope that is cancelled when ctx ends, with its cause:
// for coroutines that are called by somebody who has a context. As a context
// itself, the scope has the values and the deadline of ctx.
func (t *Task) OpenContext(ctx context.Context) *Scope {
	s := t.open(false)
	s.bound = &bound{ctx: ctx, stop: func() bool { return false }}
	if ctx.Err() != nil {
		s.cancel(contextError(ctx))
		return s
	}
	s.bound.stop = context.AfterFunc(ctx, func() {
		t.loop.send(callback(func() { s.cancel(contextError(ctx)) })) // sealed or not: t may wait for it
	})
	return s
}

// bound is what a scope has to do with the context that it was opened for.
type bound struct {
	ctx  context.Context
	stop func() bool // so that its end cancels the scope no more
}

func contextError(ctx context.Context) error {
	return &CanceledError{Cause: context.Cause(ctx), Timeout: ctx.Err() == context.DeadlineExceeded}
}
