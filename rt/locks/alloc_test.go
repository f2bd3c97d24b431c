package locks_test

// This file checks that operations of locks allocate nothing.

import (
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A loopFrame makes a number of rounds, as a machine would. begin makes the operation, poll
// polls it, and after is called when it has ended.
type loopFrame struct {
	left         int
	begun        bool
	begin, after func()
	poll         func(t *rt.Task) (error, bool)
}

func (f *loopFrame) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	for ; f.left > 0 || f.begun; f.begun = false {
		if !f.begun {
			f.begun = true
			f.left--
			f.begin()
		}
		if err, ready := f.poll(t); err != nil || !ready {
			return rt.Void{}, err, ready
		}
		f.after()
	}
	return rt.Void{}, nil, true
}

// rounds returns a coroutine that makes n rounds. In each it awaits the operation that begin
// makes in op, and then calls after.
func rounds[T, Op any, P interface {
	*Op
	rt.Awaitable[T]
}](n int, begin func() Op, after func()) rt.Coroutine[rt.Void] {
	var op Op
	return rt.NewCoroutine[rt.Void](&loopFrame{left: n, after: after,
		begin: func() { op = begin() },
		poll:  func(t *rt.Task) (error, bool) { _, err, ready := P(&op).Poll(t); return err, ready },
	})
}

func yields(n int) rt.Coroutine[rt.Void] { return rounds[rt.Void](n, rt.Yield, func() {}) }

// patterns are the common uses: what each of several tasks does n times.
var patterns = map[string]func(n int) []rt.Coroutine[rt.Void]{
	"Lock, free": func(n int) []rt.Coroutine[rt.Void] {
		var l locks.Lock
		return []rt.Coroutine[rt.Void]{rounds[rt.Void](n, l.Acquire, l.Release)}
	},
	"Lock, handed on": func(n int) []rt.Coroutine[rt.Void] {
		var l locks.Lock
		task := func() rt.Coroutine[rt.Void] { return rounds[rt.Void](n, l.Acquire, l.Release) }
		// Each task holds the lock across an await of its own.
		hold := func() rt.Coroutine[rt.Void] {
			var y rt.YieldOp
			holding := false
			var op locks.LockOp
			return rt.NewCoroutine[rt.Void](&loopFrame{left: n, after: func() { holding = false; l.Release() },
				begin: func() { op, y = l.Acquire(), rt.Yield() },
				poll: func(t *rt.Task) (error, bool) {
					if !holding {
						if _, err, ready := op.Poll(t); err != nil || !ready {
							return err, ready
						}
						holding = true
					}
					_, err, ready := y.Poll(t)
					return err, ready
				}})
		}
		return []rt.Coroutine[rt.Void]{hold(), hold(), task()}
	},
	"RWLock": func(n int) []rt.Coroutine[rt.Void] {
		var l locks.RWLock
		return []rt.Coroutine[rt.Void]{rounds[rt.Void](n, l.Acquire, l.Release), rounds[rt.Void](n, l.AcquireRead, l.ReleaseRead)}
	},
	"Semaphore": func(n int) []rt.Coroutine[rt.Void] {
		a, b := locks.NewSemaphore(0), locks.NewSemaphore(1)
		return []rt.Coroutine[rt.Void]{rounds[rt.Void](n, a.Acquire, b.Release), rounds[rt.Void](n, b.Acquire, a.Release)}
	},
	"Event": func(n int) []rt.Coroutine[rt.Void] {
		var a, b locks.Event
		a.Set()
		return []rt.Coroutine[rt.Void]{
			rounds[rt.Void](n, a.Wait, func() { a.Clear(); b.Set() }),
			rounds[rt.Void](n, b.Wait, func() { b.Clear(); a.Set() }),
		}
	},
	"CapacityLimiter": func(n int) []rt.Coroutine[rt.Void] {
		l := locks.NewCapacityLimiter(1)
		return []rt.Coroutine[rt.Void]{rounds[rt.Void](n, l.Acquire, l.Release), rounds[rt.Void](n, l.Acquire, l.Release)}
	},
	"Barrier": func(n int) []rt.Coroutine[rt.Void] {
		b := locks.NewBarrier(2)
		return []rt.Coroutine[rt.Void]{rounds[int](n, b.Wait, func() {}), rounds[int](n, b.Wait, func() {})}
	},
	"Once": func(n int) []rt.Coroutine[rt.Void] {
		var o locks.Once[rt.Void]
		x := rt.Expr[rt.Void](rt.Yield())
		return []rt.Coroutine[rt.Void]{rounds[rt.Void](n, func() locks.OnceOp[rt.Void] { return o.Do(x) }, func() {})}
	},
	"Condition": func(n int) []rt.Coroutine[rt.Void] {
		c := locks.NewCondition(nil)
		waits := func() rt.Coroutine[rt.Void] {
			var acquire locks.LockOp
			var op locks.ConditionOp
			holding := false
			return rt.NewCoroutine[rt.Void](&loopFrame{left: n, after: func() { holding = false; c.Release() },
				begin: func() { acquire, op = c.Acquire(), c.Wait() },
				poll: func(t *rt.Task) (error, bool) {
					if !holding {
						if _, err, ready := acquire.Poll(t); err != nil || !ready {
							return err, ready
						}
						holding = true
					}
					_, err, ready := op.Poll(t)
					return err, ready
				}})
		}
		return []rt.Coroutine[rt.Void]{waits(), rounds[rt.Void](5*n+5, c.Acquire, func() { c.Notify(1); c.Release() })}
	},
}

func TestAllocations(t *testing.T) {
	for name, pattern := range patterns {
		t.Run(name, func(t *testing.T) {
			l := testbed.FIFO(t)
			allocs := func(n int) float64 {
				least := 1e9
				for range 4 {
					least = min(least, testing.AllocsPerRun(1, func() {
						for _, x := range pattern(n) {
							rt.Start(l, x)
						}
						if _, err := rt.RunUntilComplete(l, yields(12*n+20)); err != nil {
							t.Error(err)
						}
					}))
				}
				rttest.CheckIdle(t, l)
				return least
			}
			const n = 500
			allocs(n)
			if got := (allocs(2*n) - allocs(n)) / n; got != 0 {
				t.Errorf("%v allocations for one", got)
			}
		})
	}
}
