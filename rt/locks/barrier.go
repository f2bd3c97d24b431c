package locks

// This file implements the barrier.

import (
	"errors"
	"fmt"

	"github.com/coroutinegen/coroutinegen/rt"
)

// ErrBarrierBroken is the error of a task that waits for a [Barrier] while it is
// reset or aborted, or that comes to a barrier that was aborted.
var ErrBarrierBroken = errors.New("barrier is broken")

// A Barrier holds up tasks until a number of them have come. Then it lets all of them go on. It
// can be used again: the next task that comes begins the next round. It corresponds to
// asyncio.Barrier.
type Barrier struct {
	home    rt.Home
	parties int
	waits   int // number of tasks that wait in this round
	broken  bool
	line    rt.Line[BarrierOp]
}

// NewBarrier returns a barrier for a number of parties. It panics if parties is
// less than 1.
func NewBarrier(parties int) *Barrier {
	if parties < 1 {
		panic(fmt.Errorf("barrier for %d parties: it needs one at least", parties))
	}
	return &Barrier{parties: parties}
}

// Wait returns the operation that waits until all parties have come. Each party
// gets a different result, from 0 to the number of parties minus one: a program
// can choose by it the one task that does something once. The last party does not
// wait. A task that is cancelled leaves, and the round waits for another in its
// place.
func (b *Barrier) Wait() BarrierOp { return BarrierOp{b: b} }

// Reset brings the barrier back to its first state. The tasks that wait fail with
// [ErrBarrierBroken].
func (b *Barrier) Reset() {
	b.dismiss(ErrBarrierBroken)
	b.broken = false
}

// Abort breaks the barrier. The tasks that wait, and all tasks that come before
// Reset is called, fail with [ErrBarrierBroken].
func (b *Barrier) Abort() {
	b.dismiss(ErrBarrierBroken)
	b.broken = true
}

// dismiss ends the round: the tasks that wait go on with err.
func (b *Barrier) dismiss(err error) {
	for i := 0; ; i++ {
		op := b.line.Serve()
		if op == nil {
			break
		}
		op.index, op.err = i, err
	}
	b.waits = 0
}

// Parties returns the number of tasks that make a round.
func (b *Barrier) Parties() int { return b.parties }

// Waiting returns the number of tasks that wait for the other parties.
func (b *Barrier) Waiting() int { return b.waits }

// Broken reports whether the barrier was aborted and not reset since.
func (b *Barrier) Broken() bool { return b.broken }

// String says how many parties wait.
func (b *Barrier) String() string {
	if b.broken {
		return "barrier, broken"
	}
	return fmt.Sprintf("barrier, %d/%d waiting", b.waits, b.parties)
}

// A BarrierOp is the operation that [Barrier.Wait] returns.
type BarrierOp struct {
	b      *Barrier
	index  int
	err    error
	stage  rt.Stage
	waiter rt.Waiter[BarrierOp]
}

// Poll implements [rt.Awaitable].
func (o *BarrierOp) Poll(t *rt.Task) (index int, err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Barrier.Wait")
	if err != nil || !ready {
		return 0, err, ready
	}
	b := o.b
	if first {
		b.home.Enter(t, "barrier")
		if b.broken {
			return 0, ErrBarrierBroken, true
		}
		if b.waits+1 == b.parties {
			b.dismiss(nil)
			return b.parties - 1, nil, true
		}
		b.waits++
		b.line.Join(t, o, &o.waiter, nil)
	} else if o.waiter.Collect() {
		if o.err != nil {
			return 0, o.err, true
		}
		return o.index, nil, true
	} else if err := t.Err(); err != nil {
		o.waiter.Leave()
		b.waits--
		return 0, err, true
	}
	o.stage.Suspend(t)
	return 0, nil, false
}

// Awaitable implements [rt.Expr].
func (o BarrierOp) Awaitable() rt.Awaitable[int] { return &o }
