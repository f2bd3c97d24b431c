package rt

// This file is how an ordinary goroutine stands in a line with tasks.

import (
	"context"
	"fmt"
	"runtime"
)

// BlockContender completes o on the calling goroutine and blocks that until o is served or
// ctx ends. The lines in which o waits are those of [Line.JoinThreadsafe]. The methods of o
// are called with a nil task. On a goroutine that runs a loop it panics, if it would have
// to wait.
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
