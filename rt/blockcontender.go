package rt

// This file lets an ordinary goroutine stand in a line with tasks.

import (
	"context"
	"fmt"
	"runtime"
)

// BlockContender completes o on the calling goroutine. It blocks the goroutine until o is
// served or ctx ends. o must wait in lines that it joined by [Line.JoinThreadsafe].
// BlockContender calls the methods of o with a nil task. It panics if it would have to wait on
// a goroutine that runs a loop.
func BlockContender[T any](ctx context.Context, o Contender[T]) (v T, err error) {
	c := &Claim{parked: make(chan struct{})}
	if v, err, ready := o.Attempt(nil, c); ready {
		return v, err
	}
	if debugLoops.Load() == 0 && served(c) {
		v, err, _ = o.Attempt(nil, c)
		return v, err
	}
	if occupation() != nil && o.Withdraw(nil) {
		panic(fmt.Errorf("%s blocks a goroutine that runs tasks, and would stop them: await %s there", callerOutside(), frameName(o)))
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

// served lets other goroutines run first and reports whether one of them has served the
// operation with the claim c. That takes less time than to find out which goroutine is calling,
// and an operation that is served so soon has held up nobody.
func served(c *Claim) bool {
	for range 4 {
		runtime.Gosched()
		if c.Taken() {
			<-c.parked // the server is about to close it
			return true
		}
	}
	return false
}
