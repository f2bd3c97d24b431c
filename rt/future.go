package rt

// This file is the future: a result that somebody else will set.

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
)

// ErrFutureDone is the error of setting a [Future] that has its result.
var ErrFutureDone = errors.New("future has its result already")

// A Future is a place for a result that is set once, by Set, Fail or Cancel,
// and awaited by any number of tasks, of any loop. The zero Future is ready
// for use; it must not be copied. Any goroutine may call its methods.
//
// It is how a callback becomes something to await: let the callback call Set.
type Future[T any] struct {
	mu      sync.Mutex
	done    bool
	seen    bool // somebody has looked at the result
	value   T
	err     error
	panic   *Panic
	waiters []*Task             // in the order of their first polls
	onDone  []*func(*Future[T]) // a pointer has an identity
	failure *unretrieved        // the error, while nobody has looked at it
	foreign bool                // it is not a task that sets it
}

// NewFuture returns a future.
func NewFuture[T any]() *Future[T] { return new(Future[T]) }

// Set makes v the result. If there is one already it changes nothing and
// returns [ErrFutureDone].
func (f *Future[T]) Set(v T) error { return f.complete(v, nil, nil) }

// Fail makes err, which must not be nil, the result. If there is one already
// it changes nothing and returns [ErrFutureDone].
func (f *Future[T]) Fail(err error) error {
	if err == nil {
		panic(errors.New("future failed with a nil error: use Set"))
	}
	var zero T
	return f.complete(zero, err, nil)
}

// Cancel makes a [*CanceledError] around cause, which may be nil, the result.
// If there is one already it changes nothing and returns [ErrFutureDone].
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
	for _, t := range f.waiters { // they stay until they poll again
		t.WakeThreadsafe()
	}
	f.mu.Unlock()
	f.tell(onDone)
	return nil
}

// tell calls fns in their order, the rest of them even if one panics.
func (f *Future[T]) tell(fns []*func(*Future[T])) {
	defer func() {
		if len(fns) > 0 { // one did
			f.tell(fns)
		}
	}()
	for len(fns) > 0 {
		fn := fns[0]
		fns = fns[1:]
		(*fn)(f)
	}
}

// noteFailure sees to it that an error is reported if nobody looks at it.
func (f *Future[T]) noteFailure() {
	if f.failure == nil && !f.seen && f.panic == nil && isFailure(f.err) {
		f.failure = &unretrieved{err: UnretrievedError{Err: f.err}}
		runtime.AddCleanup(f, (*unretrieved).collected, f.failure)
	}
}

// retrieve notes that somebody looks at the result.
func (f *Future[T]) retrieve() {
	f.seen = f.seen || f.done
	if f.failure != nil {
		f.failure.over.Store(true)
	}
}

// String says what has become of f.
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

// Cancelled reports whether the result is a cancellation, by Cancel or otherwise.
// It does not count as asking for the result.
func (f *Future[T]) Cancelled() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.done && f.panic == nil && isCancellation(f.err)
}

// Result returns the result, if there is one: done reports that.
func (f *Future[T]) Result() (v T, err error, done bool) {
	v, err, done = f.result()
	if done && f.panic != nil { // in this order: until it is done, another goroutine may set it
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

// OnDone calls fn once there is a result, on the goroutine that sets it, or at
// once on the calling one if it is there already. Pass a call to
// [Loop.CallSoonThreadsafe] in fn to get onto a loop. The function that OnDone
// returns takes it back; it reports false if there is a result or fn was
// removed before.
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

// Poll implements [Awaitable]. A cancelled await leaves the future alone.
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

// join notes that t waits.
func (f *Future[T]) join(t *Task) {
	f.waiters = append(f.waiters, t)
	t.loop.outside.note(f.foreign, 1)
}

// leave forgets the waiter at i.
func (f *Future[T]) leave(i int) {
	f.waiters[i].loop.outside.note(f.foreign, -1)
	f.waiters = without(f.waiters, i)
}

// Awaitable implements [Expr].
func (f *Future[T]) Awaitable() Awaitable[T] { return f }
