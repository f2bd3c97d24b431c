package netio

// This file is the pause before another try, when nobody tells that it is worthwhile.

import (
	"github.com/coroutinegen/coroutinegen/rt"
	"time"
)

// A pause holds up the next try of an operation. The zero pause does not.
type pause struct {
	last  time.Duration // of backOff
	sleep rt.SleepOp
	on    bool
}

// backOff begins a pause for t that is twice as long as the one before, from 1 to 100 ms.
func (p *pause) backOff(t *rt.Task) {
	p.last = min(max(2*p.last, time.Millisecond), 100*time.Millisecond)
	p.begin(t, p.last)
}

// begin begins a pause of d, after which t is woken.
func (p *pause) begin(t *rt.Task, d time.Duration) {
	p.sleep, p.on = rt.Sleep(d), true
	p.lasts(t)
}

// lasts reports whether the pause is not over yet.
func (p *pause) lasts(t *rt.Task) bool {
	if p.on {
		_, _, over := p.sleep.Attempt(t, nil)
		p.on = !over
	}
	return p.on
}

// end ends the pause.
func (p *pause) end(t *rt.Task) {
	if p.on {
		p.sleep.Withdraw(t)
		p.on = false
	}
}
