package rt_test

// This file tests how an operation begins, suspends and ends.

import (
	"errors"
	"fmt"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

// A gateOp is an operation as a user may write one. It waits until its gate is open.
type gateOp struct {
	gate  *gate
	stage rt.Stage
}

type gate struct {
	open    bool
	entered int      // number of first polls that went on
	task    *rt.Task // the task that waits
}

func (g *gate) pass() gateOp { return gateOp{gate: g} }

func (o *gateOp) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	g := o.gate
	first, err, ready := o.stage.Begin(t, "gate.pass")
	if err != nil || !ready {
		return rt.Void{}, err, ready
	}
	if first {
		g.entered++
	}
	if g.open {
		return rt.Void{}, nil, true
	}
	if err := t.Err(); err != nil {
		g.task = nil
		return rt.Void{}, err, true
	}
	g.task = t
	o.stage.Suspend(t)
	return rt.Void{}, nil, false
}

func (o gateOp) Awaitable() rt.Awaitable[rt.Void] { return &o }

func TestStage(t *testing.T) {
	run(t, func() error {
		self := rt.Current()
		g := new(gate)
		op := g.pass()
		if _, err, ready := op.Poll(self); err != nil || ready {
			return fmt.Errorf("first poll: %v, ready %t", err, ready)
		}
		if _, _, ready := op.Poll(self); ready || g.entered != 1 {
			return fmt.Errorf("second poll: ready %t, begun %d times", ready, g.entered)
		}
		other := spawn(func() error {
			wantPanic(t, func() { op.Poll(rt.Current()) }, "one coroutine was handed to two tasks")
			return nil
		})
		if err := wait(other); err != nil {
			return err
		}
		g.open = true
		if _, err, ready := op.Poll(self); err != nil || !ready || g.entered != 1 {
			return fmt.Errorf("last poll: %v, ready %t, begun %d times", err, ready, g.entered)
		}
		wantPanic(t, func() { op.Poll(self) }, "gate.pass: awaited twice")
		return nil
	})
}

// A task whose operations are always ready has to let others run. Until it has its turn again,
// its operation has not begun.
func TestStageUsesTheBudget(t *testing.T) {
	run(t, func() error {
		self := rt.Current()
		g := &gate{open: true}
		for passed := 0; ; passed++ {
			op := g.pass()
			if _, _, ready := op.Poll(self); ready {
				if passed > 10_000 {
					return errors.New("no end of the budget")
				}
				continue
			}
			if g.entered != passed {
				return fmt.Errorf("%d have begun, %d have passed", g.entered, passed)
			}
			if err := wait(rt.Yield()); err != nil {
				return err
			}
			if _, err, ready := op.Poll(self); err != nil || !ready || g.entered != passed+1 {
				return fmt.Errorf("in the next step: %v, ready %t, %d begun", err, ready, g.entered)
			}
			return nil
		}
	})
}

// An operation of a cancelled task does not begin.
func TestStageOfACancelledTask(t *testing.T) {
	g := &gate{open: true}
	run(t, func() error {
		self := rt.Current()
		scope := self.OpenScope()
		defer scope.Close()
		scope.Cancel(nil)
		op := g.pass()
		if _, err, ready := op.Poll(self); !isCanceled(err) || !ready || g.entered != 0 {
			return fmt.Errorf("poll: %v, ready %t, begun %d times", err, ready, g.entered)
		}
		wantPanic(t, func() { op.Poll(self) }, "awaited twice")
		return nil
	})
}

// An operation that panics is over.
func TestStageAfterAPanic(t *testing.T) {
	run(t, func() error {
		self := rt.Current()
		var op gateOp // has no gate, so Poll panics
		panicOf(func() { op.Poll(self) })
		wantPanic(t, func() { op.Poll(self) }, "awaited twice")
		return nil
	})
}

// The same is true of operations made of a Contender.
func TestStageOfContenders(t *testing.T) {
	run(t, func() error {
		self := rt.Current()
		q := queues.New[int](1)
		put := q.Put(1)
		if _, err, ready := put.Poll(self); err != nil || !ready {
			return fmt.Errorf("put: %v, ready %t", err, ready)
		}
		wantPanic(t, func() { put.Poll(self) }, "queues.PutOp: awaited twice")
		late := q.Put(2)
		if _, _, ready := late.Poll(self); ready {
			return errors.New("no room, but put")
		}
		if err := wait(spawn(func() error {
			wantPanic(t, func() { late.Poll(rt.Current()) }, "one coroutine was handed to two tasks")
			return nil
		})); err != nil {
			return err
		}
		q.TryGet()
		if _, err, ready := late.Poll(self); err != nil || !ready {
			return fmt.Errorf("put when there is room: %v, ready %t", err, ready)
		}
		wantPanic(t, func() { late.Poll(self) }, "queues.PutOp: awaited twice")
		return nil
	})
}
