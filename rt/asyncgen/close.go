package asyncgen

// This file implements Close.

import (
	"fmt"
	"slices"

	"github.com/coroutinegen/coroutinegen/rt"
)

// CloseOf returns the Close of an [Iterator] that polls p.
func CloseOf(p ClosePoller) CloseOp { return CloseOp{p: p} }

// A CloseOp is the operation that the Close of an [Iterator] returns.
type CloseOp struct {
	p     ClosePoller
	stage rt.Stage
	scope *rt.Scope
}

// Poll implements [rt.Awaitable].
func (o *CloseOp) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Close")
	if err == nil && !ready {
		return rt.Void{}, nil, false
	}
	if first { // although t may be cancelled
		o.scope = t.OpenShield()
	}
	suspended := false
	defer func() {
		if suspended {
			o.stage.Suspend(t)
		} else {
			o.scope.Close()
		}
	}()
	err, ready = o.p.PollClose(t, first)
	suspended = !ready
	return rt.Void{}, err, ready
}

// Where implements [rt.Locator].
func (o *CloseOp) Where() (line string, on any) { return where(o.p) }

// Awaitable implements [rt.Expr].
func (o CloseOp) Awaitable() rt.Awaitable[rt.Void] { return &o }

// Loop returns the loop that the iterator belongs to, or nil. Any goroutine may call it.
func (o CloseOp) Loop() *rt.Loop { return loop(o.p) }

// A closer is a task whose Close waits.
type closer struct {
	task    *rt.Task
	end     awaiting
	ignored bool // the function has yielded again
}

// PollClose implements [ClosePoller].
func (c *core[Out, In]) PollClose(t *rt.Task, first bool) (err error, ready bool) {
	if first {
		c.home.Enter(t, "asynchronous generator")
		switch {
		case c.phase == never:
			return nil, true
		case c.phase == created:
			c.phase, c.err = never, rt.ErrGeneratorExit
			return nil, true
		case c.phase == beginning:
			return fmt.Errorf("%w: %s is only beginning", ErrRunning, c.name), true
		case c.task.Done():
			if c.closing || c.seen || c.awaited() { // somebody else gets the outcome
				return nil, true
			}
			return c.closed(), true
		case t == c.task:
			return fmt.Errorf("%w: %s closes itself, it would wait for ever", ErrRunning, c.name), true
		}
		c.shut()
		if err := t.Err(); err != nil { // runtime.Goexit ends t, which cannot wait
			return err, true
		}
		end := c.fn.await()
		end.join(t)
		c.closers = append(c.closers, closer{task: t, end: end})
		return nil, false
	}
	i := slices.IndexFunc(c.closers, func(w closer) bool { return w.task == t })
	w := c.closers[i]
	if !w.ignored && !c.task.Done() && t.Err() == nil {
		return nil, false
	}
	c.closers = slices.Delete(c.closers, i, i+1)
	w.end.leave(t)
	switch {
	case c.task.Done():
		return c.closed(), true
	case w.ignored:
		return rt.ErrIgnoredExit, true
	}
	return t.Err(), true
}

// shut makes the function return.
func (c *core[Out, In]) shut() {
	if c.closing {
		return
	}
	c.closing = true
	if c.yielding != nil && !c.resumed {
		c.drop()
		c.resume(rt.ErrGeneratorExit)
		return
	}
	c.cancelled = true
	c.task.Cancel(rt.ErrGeneratorExit)
}

// closed returns the error of the function, which has ended, to a Close.
func (c *core[Out, In]) closed() error {
	c.see()
	c.drop()
	err := c.fn.result()
	if err == nil || rt.IsGeneratorExit(err) || c.cancelled && c.task.Cancelled() {
		return nil
	}
	return err
}

// ignoredExit tells those who are closing the generator that the function yields in place of
// returning. The generator then is suspended, and can be closed again. Only a Next that has waited
// since before the Close gets the value.
func (c *core[Out, In]) ignoredExit() {
	c.closing, c.ignored = false, true
	if c.consumer == nil {
		c.drop()
	} else {
		c.yielding.handOver()
	}
	for i := range c.closers {
		c.closers[i].ignored = true
		c.closers[i].task.Wake()
	}
}
