package asyncgen

import (
	"fmt"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A Yielder is the parameter by which the function of a [Generator] hands out values and takes
// values in. Any coroutine that the function awaits may use it, and so may a task that the function
// starts, but only one Yield at a time may wait.
type Yielder[Out, In any] struct{ c *core[Out, In] }

// Yield returns the operation that hands v to the consumer and waits for the next Next, Send or
// Throw of the consumer. The result is the value of Send, or the zero value after Next. The error
// is that of Throw, or [rt.ErrGeneratorExit] if the generator is being closed or its function has
// returned, or the cancellation of the task that yields. After such a cancellation the consumer
// still gets v, unless an earlier value was still there because its Next was cancelled.
//
// The operation panics if another Yield of the generator waits.
func (y Yielder[Out, In]) Yield(v Out) YieldOp[Out, In] { return YieldOp[Out, In]{c: y.c, v: v} }

// A YieldOp is the operation that [Yielder.Yield] returns.
type YieldOp[Out, In any] struct {
	c      *core[Out, In]
	v      Out // until it is handed over
	handed bool
	stage  rt.Stage
}

// Poll implements [rt.Awaitable].
func (o *YieldOp[Out, In]) Poll(t *rt.Task) (in In, err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Yielder.Yield")
	if err != nil || !ready {
		return in, err, ready
	}
	c := o.c
	if first {
		c.mayYield(t)
		if c.ended() || c.forgotten != nil {
			return in, rt.ErrGeneratorExit, true
		}
		c.yielding, c.yielder = o, t
		if c.closing {
			c.ignoredExit()
		} else {
			o.handOver()
		}
	}
	if c.resumed {
		in, err = c.in, c.thrown
		var zero In
		c.in, c.thrown, c.resumed = zero, nil, false
		c.yielding, c.yielder = nil, nil
		return in, err, true
	}
	if err := t.Err(); err != nil {
		c.yielding, c.yielder = nil, nil
		return in, err, true
	}
	o.stage.Suspend(t)
	return in, nil, false
}

// mayYield panics if t must not yield.
func (c *core[Out, In]) mayYield(t *rt.Task) {
	c.home.Enter(t, "asynchronous generator")
	if c.phase == beginning {
		panic(fmt.Errorf("%s yields for generator %s, which is only beginning: yield in the coroutine of its function", t, c.name))
	}
	if c.yielding != nil && !c.yielder.Done() {
		panic(fmt.Errorf("%s yields for generator %s while %s does: only one Yield at a time may wait, use a lock", t, c.name, c.yielder))
	}
}

// handOver hands the value to the consumer if its place is free.
func (o *YieldOp[Out, In]) handOver() {
	c := o.c
	if o.handed || c.full {
		return
	}
	var zero Out
	c.out, o.v = o.v, zero
	c.full, o.handed = true, true
	if c.waiting {
		c.consumer.Wake()
	}
}

// Awaitable implements [rt.Expr].
func (o YieldOp[Out, In]) Awaitable() rt.Awaitable[In] { return &o }
