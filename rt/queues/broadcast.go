package queues

// This file implements the broadcast: every value goes to every receiver.

import (
	"fmt"
	"slices"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A Broadcast sends every value to all of its receivers. It corresponds to the broadcast
// channel of tokio. A sender never waits. A receiver that falls behind by more values than the
// broadcast keeps misses the oldest of them and gets a [*LaggedError].
//
// A Broadcast belongs to the loop of the first task that receives from it.
type Broadcast[T any] struct {
	home      rt.Home
	kept      []T // value number i is at i mod len
	sent      uint64
	receivers []*Receiver[T]
	closed    bool
}

// NewBroadcast returns a broadcast that keeps the last keep values for receivers
// that are behind. It panics if keep is less than 1.
func NewBroadcast[T any](keep int) *Broadcast[T] {
	if keep < 1 {
		panic(fmt.Errorf("broadcast that keeps %d values: it needs one at least", keep))
	}
	return &Broadcast[T]{kept: make([]T, keep)}
}

// Send sends v to all receivers. After Close, the error is [ErrClosed].
func (b *Broadcast[T]) Send(v T) error {
	if b.closed {
		return ErrClosed
	}
	for _, r := range b.receivers {
		if r.next == b.sent {
			if op := r.line.Serve(); op != nil {
				op.v = v
				r.next++
			}
		}
	}
	b.kept[b.sent%uint64(len(b.kept))] = v
	b.sent++
	return nil
}

// Close ends the broadcast. Receivers get the values that were sent, and then
// [ErrClosed].
func (b *Broadcast[T]) Close() {
	b.closed = true
	for _, r := range b.receivers {
		r.dismiss()
	}
}

// Receivers returns the number of receivers that are subscribed.
func (b *Broadcast[T]) Receivers() int { return len(b.receivers) }

// Subscribe returns a receiver of all values that are sent from now on. Call
// [Receiver.Close] when the receiver is no longer needed.
func (b *Broadcast[T]) Subscribe() *Receiver[T] {
	r := &Receiver[T]{b: b, next: b.sent}
	b.receivers = append(b.receivers, r)
	return r
}

// A Receiver is a subscription to a [Broadcast].
type Receiver[T any] struct {
	b      *Broadcast[T]
	next   uint64 // number of the value that it gets next
	closed bool
	line   rt.Line[ReceiverOp[T]]
}

// Get returns the operation that waits for the next value. If the receiver has
// missed values, the error is a [*LaggedError], once, and the next Get returns the
// oldest value that the broadcast keeps. If there will be no more values, the error
// is [ErrClosed].
func (r *Receiver[T]) Get() ReceiverOp[T] { return ReceiverOp[T]{r: r} }

// Behind returns the number of values that were sent and not received. It counts
// the values that the receiver has missed.
func (r *Receiver[T]) Behind() int { return int(r.b.sent - r.next) }

// Close ends the subscription. Gets that wait fail with [ErrClosed].
func (r *Receiver[T]) Close() {
	if r.closed {
		return
	}
	r.closed = true
	r.dismiss()
	i := slices.Index(r.b.receivers, r)
	r.b.receivers = slices.Delete(r.b.receivers, i, i+1)
}

// dismiss makes the tasks that wait fail.
func (r *Receiver[T]) dismiss() {
	for op := r.line.Serve(); op != nil; op = r.line.Serve() {
		op.shut = true
	}
}

// A LaggedError is the error of a [Receiver] that was too slow.
type LaggedError struct{ Missed int }

func (e *LaggedError) Error() string {
	return fmt.Sprintf("receiver was too slow and missed %d values: receive sooner, or let the broadcast keep more", e.Missed)
}

// A ReceiverOp is the operation that [Receiver.Get] returns.
type ReceiverOp[T any] struct {
	r      *Receiver[T]
	v      T
	stage  rt.Stage
	shut   bool
	waiter rt.Waiter[ReceiverOp[T]]
}

// Poll implements [rt.Awaitable].
func (o *ReceiverOp[T]) Poll(t *rt.Task) (v T, err error, ready bool) {
	return rt.PollContender(t, o, &o.stage)
}

// Try implements [rt.Contender].
func (o *ReceiverOp[T]) Try(t *rt.Task) (v T, err error, ready bool) {
	r, b := o.r, o.r.b
	b.home.Enter(t, "broadcast")
	keep := uint64(len(b.kept))
	switch {
	case r.closed:
		return v, ErrClosed, true
	case b.sent-r.next > keep:
		missed := b.sent - r.next - keep
		r.next += missed
		return v, &LaggedError{int(missed)}, true
	case r.next < b.sent:
		v = b.kept[r.next%keep]
		r.next++
		return v, nil, true
	case b.closed:
		return v, ErrClosed, true
	}
	return v, nil, false
}

// Attempt implements [rt.Contender].
func (o *ReceiverOp[T]) Attempt(t *rt.Task, c *rt.Claim) (v T, err error, ready bool) {
	r := o.r
	switch {
	case o.waiter.Collect():
		v, o.v = o.v, v
		if o.shut {
			o.shut, err = false, ErrClosed
		}
		return v, err, true
	case o.waiter.Waiting():
	case !r.closed && !r.b.closed && r.next == r.b.sent:
		r.b.home.Enter(t, "broadcast")
		r.line.Join(t, o, &o.waiter, c)
	case c.Take():
		return o.Try(t)
	}
	return v, nil, false
}

// Withdraw implements [rt.Contender].
func (o *ReceiverOp[T]) Withdraw(*rt.Task) bool { return o.waiter.Leave() }

// Awaitable implements [rt.Expr].
func (o ReceiverOp[T]) Awaitable() rt.Awaitable[T] { return &o }

// Contender implements [rt.Selectable].
func (o ReceiverOp[T]) Contender() rt.Contender[T] { return &o }
