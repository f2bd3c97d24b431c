package rt

// This file makes futures of goroutines, callbacks and contexts, and scopes of contexts. The
// operations for channels are in channel.go.

import (
	"context"

	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// Go runs fn on a new goroutine and returns the future of its result. Tasks of any loop and any
// goroutine may wait for the future. If fn panics, every await of the future panics. No loop
// waits for the goroutine: [ToThread] makes a call that belongs to a task.
func Go[T any](fn func() (T, error)) *Future[T] {
	f := &Future[T]{foreign: true}
	go func() {
		var v T
		var err error = errUnwound // fn may end its goroutine instead of returning
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

// Callback returns the future of a function that reports its result by a callback. Callback
// calls register at once. The function must arrange that done is called once, on any goroutine.
// Later calls of done do nothing.
func Callback[T any](register func(done func(T, error))) *Future[T] {
	f := &Future[T]{foreign: true}
	register(func(v T, err error) { f.complete(v, err, nil) })
	return f
}

// FromContext returns a future that fails when ctx ends. Its error is a [*CanceledError] around
// the cause of ctx. [Task.OpenContext] opens a scope that ends with ctx.
func FromContext(ctx context.Context) *Future[Void] {
	f := &Future[Void]{seen: true} // the end of a context is no failure to report
	stop := context.AfterFunc(ctx, func() { f.complete(Void{}, contextError(ctx), nil) })
	f.OnDone(func(*Future[Void]) { stop() }) // the future may be cancelled before ctx ends
	return f
}

// OpenContext opens a scope that is cancelled when ctx ends, with the cause of ctx. It is for
// coroutines whose callers have a context. The scope is a context, too: it has the values and
// the deadline of ctx.
func (t *Task) OpenContext(ctx context.Context) *Scope {
	s := t.open(false)
	s.bound = &bound{ctx: ctx, stop: func() bool { return false }}
	if ctx.Err() != nil {
		s.cancel(contextError(ctx))
		return s
	}
	s.bound.stop = context.AfterFunc(ctx, func() {
		t.loop.send(callback(func() { s.cancel(contextError(ctx)) })) // send works on a sealed loop, too: t may be waiting for this
	})
	return s
}

// bound connects a scope with the context that it was opened for.
type bound struct {
	ctx  context.Context
	stop func() bool // stops the end of ctx from cancelling the scope
}

func contextError(ctx context.Context) error {
	return &CanceledError{Cause: context.Cause(ctx), Timeout: ctx.Err() == context.DeadlineExceeded}
}
