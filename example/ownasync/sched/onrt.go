package sched

// This file runs callbacks on the loop of package rt.

import (
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
)

// An OnRT is a [Caller] that leaves everything to a loop of package rt, which has a call_soon and
// a call_later, too. Such a loop does not end when there is nothing to call: a socket might become
// ready, or another goroutine might send something. So OnRT counts what is left.
type OnRT struct {
	loop *rt.Loop
	left int
	done func()
}

// NewOnRT returns a Caller that uses loop. It calls done whenever nothing is left to call.
func NewOnRT(loop *rt.Loop, done func()) *OnRT { return &OnRT{loop: loop, done: done} }

// CallSoon implements [Caller].
func (o *OnRT) CallSoon(fn func()) { o.loop.CallSoon(o.counted(fn)) }

// CallLater implements [Caller].
func (o *OnRT) CallLater(delay time.Duration, fn func()) { o.loop.CallLater(delay, o.counted(fn)) }

func (o *OnRT) counted(fn func()) func() {
	o.left++
	return func() {
		fn()
		if o.left--; o.left == 0 {
			o.done()
		}
	}
}
