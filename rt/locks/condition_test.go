package locks_test

// This file tests conditions. A subtest with the name of an asyncio test case ports that case:
// see rt/testdata/asyncio/locks.txt.

import (
	"errors"
	"fmt"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
)

func TestCondition(t *testing.T) {
	type task = rt.TaskOf[rt.Void]
	// waits starts a task that waits under the lock and records when it goes on.
	waits := func(c *locks.Condition, tr *trace, name string) *task {
		return start(func() error {
			if err := wait(c.Acquire()); err != nil {
				return err
			}
			defer c.Release()
			if err := wait(c.Wait()); err != nil {
				tr.add(name + " fails")
				return err
			}
			tr.add(name)
			return nil
		})
	}
	under := func(t *testing.T, c *locks.Condition, fn func()) {
		t.Helper()
		noError(t, wait(c.Acquire()))
		defer c.Release()
		fn()
	}
	for name, test := range map[string]func(t *testing.T, c *locks.Condition){
		"repr": func(t *testing.T, c *locks.Condition) {
			var tr trace
			want(t, "a condition", c.String(), "condition, 0 waiting for it; lock, free")
			a := waits(c, &tr, "a")
			noError(t, wait(c.Acquire()))
			want(t, "a condition", c.String(), "condition, 1 waiting for it; lock of "+rt.Current().Name())
			c.Notify(1)
			want(t, "a condition", c.String(), "condition, 0 waiting for it; lock of "+rt.Current().Name()+", 1 waiting")
			c.Release()
			noError(t, wait(a))
		},
		"wait": func(t *testing.T, c *locks.Condition) {
			var tr trace
			a, b, d := waits(c, &tr, "a"), waits(c, &tr, "b"), waits(c, &tr, "d")
			under(t, c, func() { c.Notify(2) })
			noError(t, wait(a), wait(b))
			settle()
			tr.check(t, "a", "b")
			want(t, "locked", c.Locked(), false)
			under(t, c, func() { c.Notify(1) })
			noError(t, wait(d))
			tr.check(t, "a", "b", "d")
		},
		"wait_cancel": func(t *testing.T, c *locks.Condition) {
			var tr trace
			a := waits(c, &tr, "a")
			a.Cancel(nil)
			want(t, "cancelled", isCanceled(wait(a)), true)
			tr.check(t, "a fails")
			want(t, "a condition", c.String(), "condition, 0 waiting for it; lock, free")
		},
		// Another task holds the lock. The wait fails only when it has the lock again.
		"wait_cancel_contested": func(t *testing.T, c *locks.Condition) {
			var tr trace
			a := waits(c, &tr, "a")
			under(t, c, func() {
				a.Cancel(nil)
				settle()
				want(t, "ended", a.Done(), false)
				tr.check(t)
			})
			want(t, "cancelled", isCanceled(wait(a)), true)
			tr.check(t, "a fails")
			want(t, "locked", c.Locked(), false)
		},
		// The wait has the notification, which may be the only one. So it succeeds, and the
		// next await fails.
		"wait_cancel_after_notify": func(t *testing.T, c *locks.Condition) {
			var tr trace
			a, b := waits(c, &tr, "a"), waits(c, &tr, "b")
			under(t, c, func() {
				c.Notify(1)
				a.Cancel(nil)
				settle()
			})
			noError(t, wait(a))
			tr.check(t, "a")
			b.Cancel(nil)
			want(t, "cancelled", isCanceled(wait(b)), true)
		},
		"wait_unacquired": func(t *testing.T, c *locks.Condition) {
			wantPanic(t, func() { rt.Block(c.Wait()) }, "without holding its lock")
		},
		"wait_for": func(t *testing.T, c *locks.Condition) {
			n, asked := 0, 0
			a := start(func() error {
				noError(t, wait(c.Acquire()))
				defer c.Release()
				err := wait(c.WaitFor(func() bool {
					asked++
					want(t, "owner", c.Owner(), rt.Current())
					return n >= 2
				}))
				want(t, "n", n, 2)
				return err
			})
			for want := range 2 {
				under(t, c, func() { n++; c.Notify(1) })
				settle()
				if a.Done() != (want == 1) {
					t.Fatalf("ended: %v at %d", a.Done(), n)
				}
			}
			noError(t, wait(a))
			want(t, "asked", asked, 3)
			// A condition that holds already needs no waiting.
			under(t, c, func() { noError(t, wait(c.WaitFor(func() bool { return true }))) })
		},
		"wait_for_unacquired": func(t *testing.T, c *locks.Condition) {
			wantPanic(t, func() { rt.Block(c.WaitFor(func() bool { return true })) }, "without holding its lock")
		},
		"wait_for is cancelled": func(t *testing.T, c *locks.Condition) {
			a := start(func() error {
				noError(t, wait(c.Acquire()))
				defer c.Release()
				return wait(c.WaitFor(func() bool { return false }))
			})
			under(t, c, func() { c.Notify(1); a.Cancel(nil) })
			want(t, "cancelled", isCanceled(wait(a)), true)
			want(t, "locked", c.Locked(), false)
		},
		"notify": func(t *testing.T, c *locks.Condition) {
			var tr trace
			a, b, d := waits(c, &tr, "a"), waits(c, &tr, "b"), waits(c, &tr, "d")
			under(t, c, func() { c.Notify(1) })
			settle()
			tr.check(t, "a")
			under(t, c, func() { c.Notify(1); c.Notify(2048) })
			noError(t, wait(a), wait(b), wait(d))
			tr.check(t, "a", "b", "d")
			under(t, c, func() { c.Notify(1) }) // nobody waits, so the notification is not kept
			e := waits(c, &tr, "e")
			settle()
			want(t, "ended", e.Done(), false)
			under(t, c, c.NotifyAll)
			noError(t, wait(e))
		},
		"notify_all": func(t *testing.T, c *locks.Condition) {
			var tr trace
			a, b := waits(c, &tr, "a"), waits(c, &tr, "b")
			under(t, c, c.NotifyAll)
			noError(t, wait(a), wait(b))
			tr.check(t, "a", "b")
		},
		"notify_unacquired": func(t *testing.T, c *locks.Condition) {
			wantPanic(t, func() { c.Notify(1) }, "without holding its lock")
			start(func() error { return wait(c.Acquire()) }) // the task ends with the lock
			wantPanic(t, func() { c.Notify(1) }, "without holding its lock")
		},
		"notify_all_unacquired": func(t *testing.T, c *locks.Condition) {
			wantPanic(t, c.NotifyAll, "without holding its lock")
		},
		"context_manager": func(t *testing.T, c *locks.Condition) {
			no := errors.New("no")
			err := wait(do(func() error {
				noError(t, wait(c.Acquire()))
				defer c.Release()
				want(t, "locked", c.Locked(), true)
				return no
			}))
			want(t, "error", err, no)
			want(t, "locked", c.Locked(), false)
		},
		"timeout_in_block": func(t *testing.T, c *locks.Condition) {
			under(t, c, func() {
				want(t, "timeout", isTimeout(wait(rt.Timeout(ms, c.Wait()))), true)
				want(t, "owner", c.Owner(), rt.Current())
			})
		},
		// The wait fails with the cause of the cancellation, and only when it has the lock.
		"cancelled_error_wakeup": func(t *testing.T, c *locks.Condition) {
			cause := errors.New("cause")
			a := start(func() error {
				noError(t, wait(c.Acquire()))
				defer c.Release()
				err := wait(c.Wait())
				want(t, "owner", c.Owner(), rt.Current())
				return err
			})
			noError(t, wait(c.Acquire()))
			a.Cancel(cause)
			settle()
			want(t, "ended", a.Done(), false)
			c.Release()
			want(t, "cause", errors.Is(wait(a), cause), true)
		},
		// There are as many notifications as tasks that wait. One task is cancelled at the
		// moment at which it is notified. Nothing that was announced stays behind.
		"cancelled_wakeup": func(t *testing.T, c *locks.Condition) {
			available, taken := 0, 0
			take := func() error {
				if err := wait(c.Acquire()); err != nil {
					return err
				}
				defer c.Release()
				if err := wait(c.WaitFor(func() bool { return available > 0 })); err != nil {
					return err
				}
				available--
				taken++
				return nil
			}
			a, b := start(take), start(take)
			under(t, c, func() {
				available++
				c.Notify(1)
				a.Cancel(nil)
			})
			settle()
			want(t, "taken", taken, 1)
			want(t, "left", available, 0)
			b.Cancel(nil)
			wait(a)
			want(t, "cancelled", isCanceled(wait(b)), true)
		},
		// The same, but the task is cancelled while it acquires the lock again.
		"cancelled_wakeup_relock": func(t *testing.T, c *locks.Condition) {
			available, taken := 0, 0
			take := func() error {
				if err := wait(c.Acquire()); err != nil {
					return err
				}
				defer c.Release()
				if err := wait(c.WaitFor(func() bool { return available > 0 })); err != nil {
					return err
				}
				available--
				taken++
				return nil
			}
			a, b := start(take), start(take)
			under(t, c, func() {
				available++
				c.Notify(1)
				settle() // it stands in line for the lock
				a.Cancel(nil)
				settle()
			})
			settle()
			want(t, "taken", taken, 1)
			want(t, "left", available, 0)
			b.Cancel(nil)
			wait(a)
			want(t, "cancelled", isCanceled(wait(b)), true)
		},
		// A notified task gets the lock before all tasks that come later.
		"order": func(t *testing.T, c *locks.Condition) {
			var tr trace
			a := waits(c, &tr, "a")
			b := waits(c, &tr, "b")
			noError(t, wait(c.Acquire()))
			c.NotifyAll()
			d := start(func() error {
				noError(t, wait(c.Acquire()))
				tr.add("d")
				c.Release()
				return nil
			})
			c.Release()
			noError(t, wait(a), wait(b), wait(d))
			tr.check(t, "a", "b", "d")
		},
		"of a given lock": func(t *testing.T, _ *locks.Condition) {
			var l locks.Lock
			full, empty := locks.NewCondition(&l), locks.NewCondition(&l)
			var items []int
			producer := start(func() error {
				for i := range 5 {
					noError(t, wait(l.Acquire()))
					noError(t, wait(empty.WaitFor(func() bool { return len(items) < 2 })))
					items = append(items, i)
					full.Notify(1)
					l.Release()
				}
				return nil
			})
			var tr trace
			for range 5 {
				noError(t, wait(full.Acquire()))
				noError(t, wait(full.WaitFor(func() bool { return len(items) > 0 })))
				tr.add(fmt.Sprint(items[0]))
				items = items[1:]
				empty.Notify(1)
				full.Release()
			}
			noError(t, wait(producer))
			tr.check(t, "0", "1", "2", "3", "4")
		},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func() { test(t, locks.NewCondition(nil)) })
		})
	}
}
