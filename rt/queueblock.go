package rt

// This file is the side of a threadsafe queue that ordinary goroutines use.
// They stand in line with the tasks.

import (
	"context"
	"errors"
	"fmt"
	"runtime"
)

// PutBlocking puts v into the queue, which must be [Queue.Threadsafe], and
// blocks the calling goroutine while that is full, until ctx ends. If its error
// is nil, v is in the queue; otherwise it is not. On a goroutine that runs a
// loop it panics, if it would have to wait: use Put there.
func (q *Queue[T]) PutBlocking(ctx context.Context, v T) error {
	if err := q.mayBlock(ctx); err != nil {
		return err
	}
	if q.TryPut(v) {
		return nil
	}
	o := q.Put(v)
	_, err := block(ctx, &o)
	return err
}

// GetBlocking takes the next value out of the queue, which must be
// [Queue.Threadsafe], and blocks the calling goroutine while there is none,
// until ctx ends. On a goroutine that runs a loop it panics, if it would have
// to wait: use Get there.
func (q *Queue[T]) GetBlocking(ctx context.Context) (v T, err error) {
	if err := q.mayBlock(ctx); err != nil {
		return v, err
	}
	if v, ok := q.TryGet(); ok {
		return v, nil
	}
	o := q.Get()
	return block(ctx, &o)
}

func (q *Queue[T]) mayBlock(ctx context.Context) error {
	if q.mu == nil {
		panic(errors.New("a goroutine blocks on a queue that belongs to a loop: make it Threadsafe"))
	}
	return ctx.Err()
}

// block completes o on a goroutine.
func block[T any](ctx context.Context, o Contender[T]) (v T, err error) {
	c := &Claim{parked: make(chan struct{})}
	if v, err, ready := o.Attempt(nil, c); ready {
		return v, err
	}
	if debugLoops.Load() == 0 && served(c) {
		v, err, _ = o.Attempt(nil, c)
		return v, err
	}
	if occupation() != nil && o.Withdraw(nil) {
		panic(fmt.Errorf("%s blocks on a queue on a goroutine that runs tasks, and would stop them: await Put or Get", caller()))
	}
	select {
	case <-c.parked:
	case <-ctx.Done():
		if o.Withdraw(nil) {
			return v, ctx.Err()
		}
	}
	v, err, _ = o.Attempt(nil, c)
	return v, err
}

// served lets others go first, and reports whether one of them has served what c is
// the claim of. That takes less time than to find out who is calling, and whoever is
// served so soon has stopped nobody.
func served(c *Claim) bool {
	for range 4 {
		runtime.Gosched()
		if c.Taken() {
			<-c.parked // it is about to be closed
			return true
		}
	}
	return false
}
