package rt

// This file implements Sleep and Yield.

import (
	"time"

	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// Sleep suspends the task for at least d. If d is not positive, Sleep suspends once and lets
// the other ready tasks run, as asyncio.sleep(0) does. If the task is cancelled in the
// meantime, Sleep fails.
func Sleep(d time.Duration) SleepOp { return SleepOp{d: d} }

// A SleepOp is the operation that [Sleep] returns. It has no Stage: its timer knows
// the task and, by spent, the end, and a sleep is part of a great many frames.
type SleepOp struct {
	d     time.Duration
	timer timer
}

// Poll implements [Awaitable].
func (o *SleepOp) Poll(t *Task) (_ Void, err error, ready bool) {
	switch {
	case o.timer.pos == spent:
		panic(inside.Resumed("Sleep"))
	case o.timer.target == nil: // the first poll
		if err, ready := t.Checkpoint(); err != nil || !ready {
			if ready {
				o.timer.pos = spent
			}
			return Void{}, err, ready
		}
		if o.d <= 0 {
			o.timer.target = t
			t.Wake()
		} else {
			t.loop.timers.arm(&o.timer, t.loop.after(o.d), t)
		}
		return Void{}, nil, false
	case o.timer.target != expirer(t):
		panic(errShared(o.timer.target.(*Task), t))
	case o.timer.pos == 0: // the timer has fired, or other tasks have run
		o.timer.pos = spent
		if o.d <= 0 {
			return Void{}, t.Err(), true
		}
		return Void{}, nil, true
	}
	if err := t.Err(); err != nil {
		t.loop.timers.disarm(&o.timer)
		o.timer.pos = spent
		return Void{}, err, true
	}
	return Void{}, nil, false
}

// Awaitable implements [Expr].
func (o SleepOp) Awaitable() Awaitable[Void] { return &o }

// Yield suspends the task once and lets the other ready tasks run. If the task is cancelled in
// the meantime, Yield fails.
func Yield() YieldOp { return YieldOp{} }

// A YieldOp is the operation that [Yield] returns. It has no Stage, because it is part of a great
// many frames, and a byte is enough. If two tasks share it, the first one finds that out.
type YieldOp struct{ state yieldState }

type yieldState uint8

const (
	yieldBegins yieldState = iota
	yieldSuspended
	yieldOver
)

// Poll implements [Awaitable].
func (o *YieldOp) Poll(t *Task) (_ Void, err error, ready bool) {
	switch o.state {
	case yieldSuspended:
		o.state = yieldOver
		return Void{}, t.Err(), true
	case yieldOver:
		panic(inside.Resumed("Yield"))
	}
	if err, ready := t.Checkpoint(); err != nil || !ready {
		if ready {
			o.state = yieldOver
		}
		return Void{}, err, ready
	}
	o.state = yieldSuspended
	t.Wake()
	return Void{}, nil, false
}

// Awaitable implements [Expr].
func (o YieldOp) Awaitable() Awaitable[Void] { return &o }
