package netio

// This file implements the delay before an operation tries again when nothing reports that
// trying is worthwhile.

import (
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A retryDelay holds up the next try of an operation. The zero retryDelay does not.
type retryDelay struct {
	last  time.Duration // length of the last delay of backOff
	sleep rt.SleepOp
	on    bool
}

// backOff begins a delay for t. It lasts twice as long as the one before, from 1 ms to 100 ms.
func (r *retryDelay) backOff(t *rt.Task) {
	r.last = min(max(2*r.last, time.Millisecond), 100*time.Millisecond)
	r.begin(t, r.last)
}

// begin begins a delay of d, after which t is woken.
func (r *retryDelay) begin(t *rt.Task, d time.Duration) {
	r.sleep, r.on = rt.Sleep(d), true
	r.lasts(t)
}

// lasts reports whether the delay is not over yet.
func (r *retryDelay) lasts(t *rt.Task) bool {
	if r.on {
		_, _, over := r.sleep.Attempt(t, nil)
		r.on = !over
	}
	return r.on
}

// end ends the delay.
func (r *retryDelay) end(t *rt.Task) {
	if r.on {
		r.sleep.Withdraw(t)
		r.on = false
	}
}
