package queues

// This file lets ordinary goroutines use a threadsafe queue. They stand in line with the tasks.

import (
	"context"
	"errors"

	"github.com/coroutinegen/coroutinegen/rt"
)

// PutBlocking puts v into the queue, which must be [Queue.Threadsafe]. It blocks the calling
// goroutine while the queue is full, until ctx ends. If the error is nil, v is in the queue;
// otherwise it is not. On a goroutine that runs a loop, PutBlocking panics if it would have to
// wait: use Put there.
func (q *Queue[T]) PutBlocking(ctx context.Context, v T) error {
	if err := q.mayBlock(ctx); err != nil {
		return err
	}
	if q.TryPut(v) {
		return nil
	}
	o := q.Put(v)
	_, err := rt.BlockContender(ctx, &o)
	return err
}

// GetBlocking takes the next value out of the queue, which must be [Queue.Threadsafe]. It
// blocks the calling goroutine while the queue is empty, until ctx ends. On a goroutine that
// runs a loop, GetBlocking panics if it would have to wait: use Get there.
func (q *Queue[T]) GetBlocking(ctx context.Context) (v T, err error) {
	if err := q.mayBlock(ctx); err != nil {
		return v, err
	}
	if v, ok := q.TryGet(); ok {
		return v, nil
	}
	o := q.Get()
	return rt.BlockContender(ctx, &o)
}

func (q *Queue[T]) mayBlock(ctx context.Context) error {
	if q.mu == nil {
		panic(errors.New("a goroutine blocks on a queue that belongs to a loop: make it Threadsafe"))
	}
	return ctx.Err()
}
