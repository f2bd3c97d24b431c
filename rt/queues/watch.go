package queues

// This file implements the watch: every watcher sees the newest value.

import "github.com/coroutinegen/coroutinegen/rt"

// A Watch holds a value that changes. Its watchers wait for the changes. It corresponds to the
// watch channel of tokio. A slow watcher may miss older values, but never the newest one.
//
// A Watch belongs to the loop of the first task that waits for a change.
type Watch[T any] struct {
	home    rt.Home
	value   T
	version uint64
	closed  bool
	line    rt.Line[ChangedOp[T]]
}

// NewWatch returns a watch whose value is v.
func NewWatch[T any](v T) *Watch[T] { return &Watch[T]{value: v} }

// Value returns the value.
func (w *Watch[T]) Value() T { return w.value }

// Set makes v the value. After Close, the error is [ErrClosed].
func (w *Watch[T]) Set(v T) error {
	if w.closed {
		return ErrClosed
	}
	w.value = v
	w.version++
	for w.line.Serve() != nil {
	}
	return nil
}

// Close ends the watch: the value will not change again, and watchers that wait for
// a change get [ErrClosed].
func (w *Watch[T]) Close() {
	w.closed = true
	for w.line.Serve() != nil {
	}
}

// Subscribe returns a watcher that has seen the present value.
func (w *Watch[T]) Subscribe() *Watcher[T] { return &Watcher[T]{w: w, seen: w.version} }

// A Watcher knows which value of a [Watch] it has seen.
type Watcher[T any] struct {
	w    *Watch[T]
	seen uint64
}

// Value returns the value. The watcher has seen it then.
func (r *Watcher[T]) Value() T {
	r.seen = r.w.version
	return r.w.value
}

// HasChanged reports whether there is a value that the watcher has not seen.
func (r *Watcher[T]) HasChanged() bool { return r.seen != r.w.version }

// Changed returns the operation that waits until there is a value that the watcher
// has not seen. Its result is the newest value. If there will be no more values,
// the error is [ErrClosed]. If several tasks wait when the value changes,
// all of them go on.
func (r *Watcher[T]) Changed() ChangedOp[T] { return ChangedOp[T]{r: r} }

// A ChangedOp is the operation that [Watcher.Changed] returns.
type ChangedOp[T any] struct {
	r      *Watcher[T]
	stage  rt.Stage
	waiter rt.Waiter[ChangedOp[T]]
}

// Poll implements [rt.Awaitable].
func (o *ChangedOp[T]) Poll(t *rt.Task) (v T, err error, ready bool) {
	return rt.PollContender(t, o, &o.stage)
}

// Try implements [rt.Contender].
func (o *ChangedOp[T]) Try(t *rt.Task) (v T, err error, ready bool) {
	o.r.w.home.Enter(t, "watch")
	switch {
	case o.r.HasChanged():
		return o.r.Value(), nil, true
	case o.r.w.closed:
		return v, ErrClosed, true
	}
	return v, nil, false
}

// Attempt implements [rt.Contender].
func (o *ChangedOp[T]) Attempt(t *rt.Task, c *rt.Claim) (v T, err error, ready bool) {
	w := o.r.w
	w.home.Enter(t, "watch")
	switch {
	case o.waiter.Collect():
		// A second operation of the same watcher may have seen the value.
		if w.closed && !o.r.HasChanged() {
			return v, ErrClosed, true
		}
		return o.r.Value(), nil, true
	case o.waiter.Waiting():
	case !o.r.HasChanged() && !w.closed:
		w.line.Join(t, o, &o.waiter, c)
	case c.Take():
		return o.Try(t)
	}
	return v, nil, false
}

// Withdraw implements [rt.Contender].
func (o *ChangedOp[T]) Withdraw(*rt.Task) bool { return o.waiter.Leave() }

// Awaitable implements [rt.Expr].
func (o ChangedOp[T]) Awaitable() rt.Awaitable[T] { return &o }

// Contender implements [rt.Selectable].
func (o ChangedOp[T]) Contender() rt.Contender[T] { return &o }
