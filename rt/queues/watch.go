package queues

// This file is the watch: the newest value to everybody.

import "github.com/coroutinegen/coroutinegen/rt"

// A Watch is a value that changes, and tasks that want to know when: tokio's
// watch. Who is slow misses what was between, never the newest value.
//
// It belongs to the loop of the first task that waits for a change.
type Watch[T any] struct {
	home    rt.Home
	value   T
	version uint64
	closed  bool
	line    rt.Line[ChangedOp[T]]
}

// NewWatch returns a watch of v.
func NewWatch[T any](v T) *Watch[T] { return &Watch[T]{value: v} }

// Value returns the value.
func (w *Watch[T]) Value() T { return w.value }

// Set makes v the value. The error is [rt.ErrQueueClosed] after Close.
func (w *Watch[T]) Set(v T) error {
	if w.closed {
		return rt.ErrQueueClosed
	}
	w.value = v
	w.version++
	for w.line.Serve() != nil {
	}
	return nil
}

// Close tells the watchers that the value will not change again.
func (w *Watch[T]) Close() {
	w.closed = true
	for w.line.Serve() != nil {
	}
}

// Subscribe returns a watcher, to which the value of now is no news.
func (w *Watch[T]) Subscribe() *Watcher[T] { return &Watcher[T]{w: w, seen: w.version} }

// A Watcher is one view of a [Watch].
type Watcher[T any] struct {
	w    *Watch[T]
	seen uint64
}

// Value returns the value, which is no news any more.
func (r *Watcher[T]) Value() T {
	r.seen = r.w.version
	return r.w.value
}

// HasChanged reports whether there is a value that the watcher has not seen.
func (r *Watcher[T]) HasChanged() bool { return r.seen != r.w.version }

// Changed returns the operation that waits until there is a value that the
// watcher has not seen, and results in the newest. The error is
// [rt.ErrQueueClosed] when there will be none. If several wait when the value
// changes, all go on.
func (r *Watcher[T]) Changed() ChangedOp[T] { return ChangedOp[T]{r: r} }

// A ChangedOp is the operation that [Watcher.Changed] returns.
type ChangedOp[T any] struct {
	r      *Watcher[T]
	begun  bool
	waiter rt.Waiter[ChangedOp[T]]
}

// Poll implements [rt.Awaitable].
func (o *ChangedOp[T]) Poll(t *rt.Task) (v T, err error, ready bool) {
	return rt.PollContender(t, o, &o.begun)
}

// Try implements [rt.Contender].
func (o *ChangedOp[T]) Try(t *rt.Task) (v T, err error, ready bool) {
	o.r.w.home.Enter(t, "watch")
	switch {
	case o.r.HasChanged():
		return o.r.Value(), nil, true
	case o.r.w.closed:
		return v, rt.ErrQueueClosed, true
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
			return v, rt.ErrQueueClosed, true
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
