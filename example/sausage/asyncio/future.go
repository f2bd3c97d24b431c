package asyncio

// This file has the future of the slides: a promise of a result or an error.

import (
	"context"
	"errors"
	"slices"
)

var (
	// ErrNotReady is the InvalidStateError of the slides.
	ErrNotReady = errors.New("Result is not ready.") //lint:ignore ST1005 the text is that of the page

	// ErrDone is the InvalidStateError of a second result.
	ErrDone = errors.New("the future has its result already")

	// ErrCancelled is CancelledError.
	ErrCancelled = context.Canceled
)

// A Waitable is what a coroutine yields to wait for it: a future or a task.
type Waitable interface {
	base() *Future
	Cancel() bool
}

// A Future is the promise of a result or an error.
type Future struct {
	loop      *Loop
	done      bool
	value     any
	err       error
	callbacks []*func(*Future)
}

// NewFuture returns a future of l.
func NewFuture(l *Loop) *Future { return &Future{loop: l} }

func (f *Future) base() *Future { return f }

// Done reports whether there is a result.
func (f *Future) Done() bool { return f.done }

// Result returns the result, or the error. Without one, the error is ErrNotReady.
func (f *Future) Result() (any, error) {
	if !f.done {
		return nil, ErrNotReady
	}
	return f.value, f.err
}

// SetResult is set_result.
func (f *Future) SetResult(v any) error { return f.complete(v, nil) }

// SetException is set_exception.
func (f *Future) SetException(err error) error { return f.complete(nil, err) }

// Cancel makes ErrCancelled the result. It reports false if there is one already.
func (f *Future) Cancel() bool { return f.complete(nil, ErrCancelled) == nil }

func (f *Future) complete(v any, err error) error {
	if f.done {
		return ErrDone
	}
	f.done, f.value, f.err = true, v, err
	for _, fn := range f.callbacks {
		f.loop.CallSoon(func() { (*fn)(f) }) // nothing happens until the loop runs
	}
	f.callbacks = nil
	return nil
}

// AddDoneCallback lets the loop call fn when there is a result. remove is remove_done_callback.
func (f *Future) AddDoneCallback(fn func(*Future)) (remove func()) {
	if f.done {
		f.loop.CallSoon(func() { fn(f) })
		return func() {}
	}
	entry := &fn
	f.callbacks = append(f.callbacks, entry)
	return func() {
		f.callbacks = slices.DeleteFunc(f.callbacks, func(e *func(*Future)) bool { return e == entry })
	}
}
