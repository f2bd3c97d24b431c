package locks_test

// This file tests semaphores and the capacity limiter. A subtest with the name of an asyncio
// test case ports that case: see rt/testdata/asyncio/locks.txt.

import (
	"fmt"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
)

func TestSemaphore(t *testing.T) {
	type task = rt.TaskOf[rt.Void]
	acquires := func(s *locks.Semaphore, tr *trace, name string) *task {
		return start(func() error {
			if err := wait(s.Acquire()); err != nil {
				return err
			}
			tr.add(name)
			return nil
		})
	}
	for name, test := range map[string]func(t *testing.T){
		"initial_value_zero": func(t *testing.T) {
			s := locks.NewSemaphore(0)
			want(t, "locked", s.Locked(), true)
		},
		"repr": func(t *testing.T) {
			s := locks.NewSemaphore(1)
			want(t, "a semaphore", s.String(), "semaphore, 1 free")
			noError(t, wait(s.Acquire()))
			want(t, "a semaphore", s.String(), "semaphore, 0 free")
			var tr trace
			a := acquires(s, &tr, "a")
			want(t, "a semaphore", s.String(), "semaphore, 0 free, 1 waiting")
			s.Release()
			noError(t, wait(a))
		},
		"semaphore": func(t *testing.T) {
			s := locks.NewSemaphore(1)
			want(t, "value", s.Value(), 1)
			noError(t, wait(s.Acquire()))
			want(t, "locked", s.Locked(), true)
			want(t, "value", s.Value(), 0)
			want(t, "an attempt", s.TryAcquire(), false)
			s.Release()
			want(t, "an attempt", s.TryAcquire(), true)
			s.Release()
			want(t, "value", s.Value(), 1)
		},
		"semaphore_value": func(t *testing.T) {
			for _, n := range []int{0, 1, 5} {
				want(t, "value", locks.NewSemaphore(n).Value(), n)
			}
			wantPanic(t, func() { locks.NewSemaphore(-1) }, "less than none")
		},
		"acquire": func(t *testing.T) {
			s := locks.NewSemaphore(3)
			var tr trace
			noError(t, wait(s.Acquire()), wait(s.Acquire()))
			a, b, c := acquires(s, &tr, "a"), acquires(s, &tr, "b"), acquires(s, &tr, "c")
			tr.check(t, "a")
			s.Release()
			s.Release()
			want(t, "value", s.Value(), 0) // both permits were passed on
			noError(t, wait(a), wait(b), wait(c))
		},
		"acquire_cancel": func(t *testing.T) {
			s := locks.NewSemaphore(0)
			var tr trace
			a := acquires(s, &tr, "a")
			a.Cancel(nil)
			want(t, "cancelled", isCanceled(wait(a)), true)
			want(t, "a semaphore", s.String(), "semaphore, 0 free")
			s.Release()
			want(t, "value", s.Value(), 1)
		},
		// The tasks in front are cancelled while permits are released to the tasks behind.
		"acquire_cancel_before_awoken": func(t *testing.T) {
			s := locks.NewSemaphore(0)
			var tr trace
			a, b := acquires(s, &tr, "a"), acquires(s, &tr, "b")
			c, d := acquires(s, &tr, "c"), acquires(s, &tr, "d")
			a.Cancel(nil)
			b.Cancel(nil)
			s.Release()
			noError(t, wait(c))
			tr.check(t, "c")
			want(t, "ended", d.Done(), false)
			s.Release()
			noError(t, wait(d))
			want(t, "cancelled", isCanceled(wait(a)) && isCanceled(wait(b)), true)
		},
		// A permit is released while the first task that waits is cancelled. It goes to the
		// second task, which does not give it back.
		"acquire_hang": func(t *testing.T) {
			s := locks.NewSemaphore(0)
			var tr trace
			a, b := acquires(s, &tr, "a"), acquires(s, &tr, "b")
			a.Cancel(nil)
			s.Release()
			want(t, "cancelled", isCanceled(wait(a)), true)
			noError(t, wait(b))
			tr.check(t, "b")
			want(t, "locked", s.Locked(), true)
		},
		// A task is cancelled after it was given a permit. It keeps the permit, because no
		// other task may be there to take it, and its next await fails.
		"acquire_no_hang": func(t *testing.T) {
			s := locks.NewSemaphore(1)
			noError(t, wait(s.Acquire()))
			a := start(func() error {
				noError(t, wait(s.Acquire()))
				defer s.Release()
				return wait(rt.Yield())
			})
			s.Release()
			a.Cancel(nil)
			want(t, "cancelled", isCanceled(wait(a)), true)
			noError(t, wait(rt.Timeout(ms, s.Acquire())))
		},
		"release_not_acquired": func(t *testing.T) {
			s := locks.NewBoundedSemaphore(1)
			wantPanic(t, s.Release, "more often")
			noError(t, wait(s.Acquire()))
			s.Release()
			wantPanic(t, s.Release, "more often")
			unbounded := locks.NewSemaphore(1)
			unbounded.Release()
			want(t, "value", unbounded.Value(), 2)
			wantPanic(t, func() { locks.NewBoundedSemaphore(-1) }, "less than none")
		},
		"release_no_waiters": func(t *testing.T) {
			s := locks.NewSemaphore(1)
			noError(t, wait(s.Acquire()))
			s.Release()
			want(t, "locked", s.Locked(), false)
		},
		"acquire_fifo_order": func(t *testing.T) {
			s := locks.NewSemaphore(1)
			var tr trace
			var tasks []rt.Expr[rt.Void]
			for i := range 3 {
				tasks = append(tasks, start(func() error {
					for k := range 2 {
						noError(t, wait(s.Acquire()))
						tr.add(fmt.Sprintf("%d%c", i, 'a'+k))
						noError(t, wait(rt.Sleep(10*ms)))
						s.Release()
					}
					return nil
				}))
			}
			noError(t, wait(rt.Gather(tasks...)))
			tr.check(t, "0a", "1a", "2a", "0b", "1b", "2b")
		},
		// A task that releases a permit and acquires one goes to the end of the line, even if
		// permits are on their way to others.
		"acquire_fifo_order_2": func(t *testing.T) {
			s := locks.NewSemaphore(1)
			var tr trace
			noError(t, wait(s.Acquire()))
			a := acquires(s, &tr, "1")
			b := start(func() error {
				noError(t, wait(s.Acquire()))
				tr.add("2")
				s.Release()
				noError(t, wait(s.Acquire()))
				tr.add("4")
				return nil
			})
			c := acquires(s, &tr, "3")
			s.Release()
			want(t, "an attempt", s.TryAcquire(), false) // the permit is on its way to a
			noError(t, wait(a))
			s.Release()
			noError(t, wait(c))
			s.Release()
			noError(t, wait(b))
			tr.check(t, "1", "2", "3", "4")
		},
		// The first task is cancelled, and two permits go to the others.
		"acquire_fifo_order_3": func(t *testing.T) {
			s := locks.NewSemaphore(0)
			var tr trace
			a, b, c := acquires(s, &tr, "1"), acquires(s, &tr, "2"), acquires(s, &tr, "3")
			a.Cancel(nil)
			want(t, "cancelled", isCanceled(wait(a)), true)
			s.Release()
			noError(t, wait(b)) // the loop shuffles the tasks that run in one turn
			s.Release()
			noError(t, wait(c))
			tr.check(t, "2", "3")
			want(t, "value", s.Value(), 0)
		},
		// Permits for all tasks that wait, and for one that is about to come, are released at
		// once. All have their permits, and none is left over.
		"acquire_fifo_order_4": func(t *testing.T) {
			s := locks.NewSemaphore(0)
			var tr trace
			a, c := acquires(s, &tr, "a"), acquires(s, &tr, "c")
			b := start(func() error {
				for range 3 {
					s.Release()
				}
				want(t, "value", s.Value(), 1) // the other two were passed on
				before := rt.Current().Loop().Time()
				noError(t, wait(s.Acquire()))
				want(t, "time", rt.Current().Loop().Time(), before)
				return nil
			})
			noError(t, wait(a), wait(b), wait(c))
			want(t, "woken", len(tr), 2)
			want(t, "value", s.Value(), 0)
		},
		"released by another": func(t *testing.T) {
			s := locks.NewSemaphore(1)
			noError(t, wait(s.Acquire()))
			start(func() error { s.Release(); return nil })
			want(t, "value", s.Value(), 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func() { test(t) })
		})
	}
}

func TestCapacityLimiter(t *testing.T) {
	for name, test := range map[string]func(t *testing.T){
		"tokens": func(t *testing.T) {
			l := locks.NewCapacityLimiter(2)
			noError(t, wait(l.Acquire()))
			wantPanic(t, func() { rt.Block(l.Acquire()) }, "second token")
			noError(t, wait(l.AcquireFor("x")))
			want(t, "borrowed", l.Borrowed(), 2)
			want(t, "available", l.Available(), 0)
			a := start(func() error { defer l.Release(); return wait(l.Acquire()) })
			want(t, "the limiter", l.String(), "limiter, 2/2 borrowed, 1 waiting")
			wantPanic(t, func() { l.ReleaseFor("y") }, "y returns a token")
			wantPanic(t, func() { l.ReleaseFor(&a.Task) }, "has not borrowed")
			l.Release()
			want(t, "borrowed", l.Borrowed(), 2) // the token was passed on
			wantPanic(t, l.Release, "has not borrowed")
			noError(t, wait(a))
			l.ReleaseFor("x")
			want(t, "available", l.Available(), 2)
		},
		"total": func(t *testing.T) {
			l := locks.NewCapacityLimiter(1)
			want(t, "total", l.Total(), 1)
			var tr trace
			var tasks []rt.Expr[rt.Void]
			for _, name := range []string{"a", "b", "c", "d"} {
				tasks = append(tasks, start(func() error {
					noError(t, wait(l.Acquire()))
					defer l.Release()
					tr.add(name)
					return wait(rt.Sleep(100 * ms))
				}))
			}
			tr.check(t, "a")
			l.SetTotal(3)
			settle()
			want(t, "at it", len(tr), 3)
			l.SetTotal(1) // nobody gets a token until two have come back
			want(t, "borrowed", l.Borrowed(), 3)
			want(t, "available", l.Available(), 0)
			noError(t, wait(rt.Gather(tasks...)))
			want(t, "at last", tr[3], "d")
			wantPanic(t, func() { l.SetTotal(-1) }, "less than none")
		},
		"cancel": func(t *testing.T) {
			l := locks.NewCapacityLimiter(1)
			noError(t, wait(l.Acquire()))
			a := start(func() error { return wait(l.Acquire()) })
			b := start(func() error { defer l.Release(); return wait(l.Acquire()) })
			a.Cancel(nil)
			want(t, "cancelled", isCanceled(wait(a)), true)
			l.Release()
			b.Cancel(nil) // too late
			noError(t, wait(b))
			want(t, "the limiter", l.String(), "limiter, 0/1 borrowed")
		},
		"misuse": func(t *testing.T) {
			l := locks.NewCapacityLimiter(1)
			wantPanic(t, l.Release, "outside of a task")
			noError(t, wait(l.AcquireFor(1)))
			start(func() error {
				want(t, "timeout", isTimeout(wait(rt.Timeout(5*ms, l.AcquireFor(2)))), true)
				return nil
			})
			wantPanic(t, func() { rt.Block(l.AcquireFor(2)) }, "while it waits")
			wantPanic(t, func() { l.ReleaseFor(2) }, "has not borrowed")
			wait(rt.Sleep(10 * ms))
			l.ReleaseFor(1)
			noError(t, wait(l.AcquireFor(2)))
			l.ReleaseFor(2)
		},
		"select": func(t *testing.T) {
			l, m := locks.NewCapacityLimiter(0), locks.NewCapacityLimiter(1)
			a, b := rt.On(l.Acquire()), rt.On(m.Acquire())
			chosen, err := rt.Block(rt.Select(a, b))
			noError(t, err)
			want[rt.Branch](t, "chosen", chosen, b)
			rt.Current().Loop().CallLater(ms, func() { l.SetTotal(1) })
			other := rt.On(rt.NewFuture[int]())
			chosen, err = rt.Block(rt.Select(a, other))
			noError(t, err)
			want[rt.Branch](t, "chosen", chosen, a)
			want(t, "limiters", fmt.Sprint(l, m), "limiter, 1/1 borrowed limiter, 1/1 borrowed")
			l.Release()
			m.Release()
		},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func() { test(t) })
		})
	}
}
