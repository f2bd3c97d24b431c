package rt

// This file implements futures: a future holds a result that somebody else sets.

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
)

// ErrFutureDone is the error of setting a [Future] that already has a result.
var ErrFutureDone = errors.New("future has its result already")

// A Future holds a result that is set once, by Set, Fail or Cancel, and awaited by any number
// of tasks of any loops. The zero Future is ready for use. A Future must not be copied. Any
// goroutine may call its methods.
//
// A Future turns a callback into something to await: let the callback call Set.
type Future[T any] struct {
	mu      sync.Mutex
	done    bool
	seen    bool // the result was asked for
	value   T
	err     error
	panic   *Panic
	waiters []*Task             // in the order of their first polls
	onDone  []*func(*Future[T]) // a pointer has an identity
	failure *unretrieved        // the error, until the result is asked for
	foreign bool                // set by a goroutine or callback and not by a task
}

// NewFuture returns a future.
func NewFuture[T any]() *Future[T] { return new(Future[T]) }

// Set makes v the result. If there is a result already, it changes nothing and returns
// [ErrFutureDone].
func (f *Future[T]) Set(v T) error { return f.complete(v, nil, nil) }

// Fail makes err, which must not be nil, the result. If there is a result already, it changes
// nothing and returns [ErrFutureDone].
func (f *Future[T]) Fail(err error) error {
	if err == nil {
		panic(errors.New("future failed with a nil error: use Set"))
	}
	var zero T
	return f.complete(zero, err, nil)
}

// Cancel makes a [*CanceledError] around cause, which may be nil, the result. If there is a
// result already, it changes nothing and returns [ErrFutureDone].
func (f *Future[T]) Cancel(cause error) error {
	var zero T
	return f.complete(zero, &CanceledError{Cause: cause}, nil)
}

func (f *Future[T]) complete(v T, err error, p *Panic) error {
	f.mu.Lock()
	if f.done {
		f.mu.Unlock()
		return ErrFutureDone
	}
	f.done, f.value, f.err, f.panic = true, v, err, p
	if len(f.waiters) == 0 {
		f.noteFailure()
	}
	onDone := f.onDone
	f.onDone = nil
	for _, t := range f.waiters { // the tasks stay in waiters until they poll again
		t.WakeThreadsafe()
	}
	f.mu.Unlock()
	f.tell(onDone)
	return nil
}

// tell calls fns in their order. If one of them panics, tell still calls the rest.
func (f *Future[T]) tell(fns []*func(*Future[T])) {
	defer func() {
		if len(fns) > 0 { // a function panicked
			f.tell(fns)
		}
	}()
	for len(fns) > 0 {
		fn := fns[0]
		fns = fns[1:]
		(*fn)(f)
	}
}

// noteFailure arranges that the error is reported if nobody asks for the result.
func (f *Future[T]) noteFailure() {
	if f.failure == nil && !f.seen && f.panic == nil && isFailure(f.err) {
		f.failure = &unretrieved{err: UnretrievedError{Err: f.err}}
		runtime.AddCleanup(f, (*unretrieved).collected, f.failure)
	}
}

// retrieve records that somebody asks for the result.
func (f *Future[T]) retrieve() {
	f.seen = f.seen || f.done
	if f.failure != nil {
		f.failure.over.Store(true)
	}
}

// String returns the state of f.
func (f *Future[T]) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case !f.done:
		return fmt.Sprintf("future (pending, %d waiting)", len(f.waiters))
	case f.err == nil:
		return fmt.Sprintf("future (%v)", f.value)
	case f.panic != nil:
		return fmt.Sprintf("future (panic: %v)", f.panic.Value)
	case isCancellation(f.err):
		return "future (cancelled)"
	}
	return fmt.Sprintf("future (failed: %v)", f.err)
}

// Done reports whether there is a result.
func (f *Future[T]) Done() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.done
}

// Cancelled reports whether the result is a cancellation, by Cancel or otherwise. A call of
// Cancelled does not count as asking for the result.
func (f *Future[T]) Cancelled() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.done && f.panic == nil && isCancellation(f.err)
}

// Result returns the result. It reports done false if there is none yet.
func (f *Future[T]) Result() (v T, err error, done bool) {
	v, err, done = f.result()
	if done && f.panic != nil { // done comes first: until it is set, another goroutine may set panic
		panic(f.panic.take())
	}
	return v, err, done
}

func (f *Future[T]) result() (v T, err error, done bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.retrieve()
	return f.value, f.err, f.done
}

// OnDone calls fn when there is a result, on the goroutine that sets the result. If there is a
// result already, OnDone calls fn at once. fn can pass a call to [Loop.CallSoonThreadsafe] to
// get onto a loop. The function remove takes fn back. It reports false if there is a result or
// fn was removed before.
func (f *Future[T]) OnDone(fn func(*Future[T])) (remove func() bool) {
	f.mu.Lock()
	if f.done {
		f.mu.Unlock()
		fn(f)
		return func() bool { return false }
	}
	defer f.mu.Unlock()
	entry := &fn
	f.onDone = append(f.onDone, entry)
	return func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		i := slices.Index(f.onDone, entry)
		if i >= 0 {
			f.onDone = slices.Delete(f.onDone, i, i+1)
		}
		return i >= 0
	}
}

// Poll implements [Awaitable]. A cancelled await leaves the future alone. A future has
// no Stage: any number of tasks await it, and as often as they like.
func (f *Future[T]) Poll(t *Task) (v T, err error, ready bool) {
	f.mu.Lock()
	i := slices.Index(f.waiters, t)
	if i < 0 { // the first poll
		if err, ready := t.Checkpoint(); err != nil || !ready {
			f.mu.Unlock()
			return v, err, ready
		}
		if !f.done {
			f.join(t)
		}
	}
	switch {
	case f.done:
		v, err, ready = f.value, f.err, true
		f.retrieve()
	case t.flags&taskCancelled != 0:
		err = t.Err()
		ready = err != nil
	}
	if ready && i >= 0 {
		f.leave(i)
	}
	p := f.panic
	f.mu.Unlock()
	if p != nil {
		p.rethrow(t.loop)
	}
	return v, err, ready
}

// join adds t to the waiters.
func (f *Future[T]) join(t *Task) {
	f.waiters = append(f.waiters, t)
	t.loop.outside.note(f.foreign, 1)
}

// leave removes the waiter at i.
func (f *Future[T]) leave(i int) {
	f.waiters[i].loop.outside.note(f.foreign, -1)
	f.waiters = without(f.waiters, i)
}

// Awaitable implements [Expr].
func (f *Future[T]) Awaitable() Awaitable[T] { return f }
