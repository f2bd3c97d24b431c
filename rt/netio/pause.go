package netio

// This file implements the delay before an operation tries again when nothing reports that
// trying is worthwhile.

import (
	"github.com/coroutinegen/coroutinegen/rt"
	"time"
)

// A retryDelay holds up the next try of an operation. The zero retryDelay does not.
type pause struct {
	last  time.Duration // length of the last delay of backOff
	sleep rt.SleepOp
	on    bool
}

// backOff begins a delay for t. It is twice as long as the one before, and lasts from 1 to 100
// ms.
func (p *pause) backOff(t *rt.Task) {
	p.last = min(max(2*p.last, time.Millisecond), 100*time.Millisecond)
	p.begin(t, p.last)
}

// begin begins a delay of d, after which t is woken.
func (p *pause) begin(t *rt.Task, d time.Duration) {
	p.sleep, p.on = rt.Sleep(d), true
	p.lasts(t)
}

// lasts reports whether the delay is not over yet.
func (p *pause) lasts(t *rt.Task) bool {
	if p.on {
		_, _, over := p.sleep.Attempt(t, nil)
		p.on = !over
	}
	return p.on
}

// end ends the delay.
func (p *pause) end(t *rt.Task) {
	if p.on {
		p.sleep.Withdraw(t)
		p.on = false
	}
}
