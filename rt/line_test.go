package rt_test

// This file tests lines with an operation that a user could write.

import (
	"fmt"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

// A latch opens after a number of calls of Done and stays open. It is made of a line, as
// everything in package locks is.
type latch struct {
	home rt.Home
	left int
	line rt.Line[latchOp]
}

func (l *latch) Done() {
	if l.left--; l.left == 0 {
		for l.line.Serve() != nil {
		}
	}
}

func (l *latch) Wait() latchOp { return latchOp{l: l} }

// A latchOp is the operation that Wait returns.
type latchOp struct {
	l      *latch
	stage  rt.Stage
	waiter rt.Waiter[latchOp]
}

// With Poll, a latchOp is an operation.
func (o *latchOp) Poll(t *rt.Task) (rt.Void, error, bool) {
	return rt.PollContender(t, o, &o.stage)
}

func (o latchOp) Awaitable() rt.Awaitable[rt.Void] { return &o }

// With Try, Attempt and Withdraw, a latchOp is a contender, which Select can wait for.
func (o *latchOp) Try(t *rt.Task) (v rt.Void, err error, ready bool) {
	o.l.home.Enter(t, "latch")
	return v, nil, o.l.left <= 0
}

func (o *latchOp) Attempt(t *rt.Task, c *rt.Claim) (v rt.Void, err error, ready bool) {
	o.l.home.Enter(t, "latch")
	switch {
	case o.waiter.Collect():
		return v, nil, true
	case o.waiter.Waiting():
	case o.l.left > 0:
		o.l.line.Join(t, o, &o.waiter, c)
	case c.Take():
		return v, nil, true
	}
	return v, nil, false
}

func (o *latchOp) Withdraw(*rt.Task) bool { return o.waiter.Leave() }

func (o latchOp) Contender() rt.Contender[rt.Void] { return &o }

func ExampleLine() {
	open := &latch{left: 2}
	rt.Run(machine.Lockstep(func() (rt.Void, error) {
		loop := rt.Current().Loop()
		loop.CallSoon(func() { fmt.Println("one"); open.Done() })
		loop.CallSoon(func() { fmt.Println("two"); open.Done() })
		_, err := rt.Block(open.Wait())
		fmt.Println("open:", err)
		return rt.Void{}, err
	}))
	// Output:
	// one
	// two
	// open: <nil>
}

// An operation whose task was cancelled and has not run since is served last.
func TestLineServesCancelledTasksLast(t *testing.T) {
	run(t, func() error {
		var l latch
		l.left = 1
		serve := func() *rt.Task {
			if op := l.line.Serve(); op != nil {
				return op.waiter.Task()
			}
			return nil
		}
		waits := func() *rt.TaskOf[rt.Void] {
			task := rt.Spawn(rt.Current(), l.Wait())
			wait(rt.Sleep(ms))
			return task
		}
		a, b, c := waits(), waits(), waits()
		a.Cancel(nil)
		if got := serve(); got != &b.Task {
			return fmt.Errorf("served: %v, want b", got)
		}
		if op := l.line.ServeIf(func(*latchOp) bool { return true }); op == nil || op.waiter.Task() != &c.Task {
			return fmt.Errorf("served: %v, want c", op)
		}
		// The operation is the only one, and the cancellation is taken back in time.
		if got := serve(); got != &a.Task {
			return fmt.Errorf("served: %v, want a", got)
		}
		a.Uncancel()
		for _, task := range []*rt.TaskOf[rt.Void]{a, b, c} {
			if err := wait(task); err != nil {
				return err
			}
		}

		// An operation that was passed over keeps its place.
		a, b, c = waits(), waits(), waits()
		a.Cancel(nil)
		if got := serve(); got != &b.Task {
			return fmt.Errorf("served: %v, want b", got)
		}
		a.Uncancel()
		if got := serve(); got != &a.Task {
			return fmt.Errorf("served: %v, want a", got)
		}
		if op := l.line.ServeIf(func(*latchOp) bool { return true }); op == nil || op.waiter.Task() != &c.Task {
			return fmt.Errorf("served: %v, want c", op)
		}
		for _, task := range []*rt.TaskOf[rt.Void]{a, b, c} {
			if err := wait(task); err != nil {
				return err
			}
		}

		// Many tasks that are cancelled at once are served, too.
		var crowd []*rt.TaskOf[rt.Void]
		for range 300 {
			crowd = append(crowd, rt.Spawn(rt.Current(), l.Wait()))
		}
		wait(rt.Sleep(ms))
		for _, task := range crowd {
			task.Cancel(nil)
		}
		l.Done()
		for _, task := range crowd {
			if err := wait(task); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestLine(t *testing.T) {
	run(t, func() error {
		l := &latch{left: 1}
		a, b := rt.Spawn(rt.Current(), l.Wait()), rt.Spawn(rt.Current(), l.Wait())
		other := queues.New[int](0)
		wins := rt.On(other.Get())
		c := spawn(func() error {
			chosen, err := rt.Block(rt.Select(rt.On(l.Wait()), wins))
			if chosen != wins || err != nil {
				return fmt.Errorf("chosen: %v, %v", chosen, err)
			}
			return nil
		})
		wait(rt.Sleep(ms))
		if n := l.line.Len(); n != 3 || l.line.Empty() {
			return fmt.Errorf("%d wait", n)
		}
		a.Cancel(nil)
		if err := wait(a); !isCanceled(err) {
			return err
		}
		other.TryPut(1) // c is still in line, and its select has another winner
		if n := l.line.Len(); n != 1 {
			return fmt.Errorf("%d wait", n)
		}
		if l.line.ServeIf(func(*latchOp) bool { return false }) != nil {
			return fmt.Errorf("served although it does not fit")
		}
		l.Done()
		if !l.line.Empty() {
			return fmt.Errorf("%d wait", l.line.Len())
		}
		for _, task := range []*rt.TaskOf[rt.Void]{b, c} {
			if err := wait(task); err != nil {
				return err
			}
		}
		return wait(l.Wait())
	})
}
