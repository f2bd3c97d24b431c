package locks_test

// This file tests locks. A subtest with the name of an asyncio test case ports that case: see
// rt/testdata/asyncio/locks.txt.

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/locks"
)

// locked runs fn while it holds l.
func locked(l *locks.Lock, fn func()) func() error {
	return func() error {
		if err := wait(l.Acquire()); err != nil {
			return err
		}
		defer l.Release()
		fn()
		return nil
	}
}

func TestLock(t *testing.T) {
	for name, test := range map[string]func(t *testing.T, l *locks.Lock){
		"repr": func(t *testing.T, l *locks.Lock) {
			want(t, "a free lock", l.String(), "lock, free")
			holder := start(locked(l, func() { wait(rt.Sleep(10 * ms)) }))
			want(t, "a lock that is held", l.String(), "lock of "+holder.Name())
			waiter := start(locked(l, func() {}))
			want(t, "a lock that is held", l.String(), "lock of "+holder.Name()+", 1 waiting")
			noError(t, wait(waiter))
			want(t, "afterwards", l.String(), "lock, free")
			start(func() error { return wait(l.Acquire()) })
			want(t, "a lock that nobody will release", l.String(), "lock of task-4, which has ended")
		},
		"lock": func(t *testing.T, l *locks.Lock) {
			want(t, "locked", l.Locked(), false)
			noError(t, wait(l.Acquire()))
			want(t, "locked", l.Locked(), true)
			want(t, "owner", l.Owner(), rt.Current())
			l.Release()
			want(t, "locked", l.Locked(), false)
		},
		"acquire": func(t *testing.T, l *locks.Lock) {
			var tr trace
			noError(t, wait(l.Acquire()))
			var tasks []rt.Expr[rt.Void]
			for i := range 3 {
				tasks = append(tasks, start(locked(l, func() {
					tr.add(fmt.Sprint(i))
					settle()
				})))
			}
			tr.check(t)
			l.Release()
			want(t, "locked right after the release", l.Locked(), true) // the lock was given to the next task
			want(t, "an attempt", l.TryAcquire(rt.Current()), false)    // a task does not overtake another
			noError(t, wait(rt.Gather(tasks...)))
			tr.check(t, "0", "1", "2")
		},
		"acquire_cancel": func(t *testing.T, l *locks.Lock) {
			noError(t, wait(l.Acquire()))
			waiter := start(locked(l, func() {}))
			want(t, "the lock", l.String(), "lock of "+rt.Current().Name()+", 1 waiting")
			waiter.Cancel(nil)
			want(t, "cancelled", isCanceled(wait(waiter)), true)
			want(t, "the lock", l.String(), "lock of "+rt.Current().Name())
			l.Release()
		},
		// The first of two tasks that wait is cancelled. The lock is released before the task
		// has noticed that. The second task gets the lock.
		"cancel_race": func(t *testing.T, l *locks.Lock) {
			free := rt.NewFuture[rt.Void]()
			var tr trace
			holder := start(locked(l, func() { noError(t, wait(free)) }))
			a := start(locked(l, func() { tr.add("a") }))
			b := start(locked(l, func() { tr.add("b") }))
			free.Set(rt.Void{})
			a.Cancel(nil)
			want(t, "cancelled", isCanceled(wait(a)), true)
			noError(t, wait(holder), wait(b))
			tr.check(t, "b")
			want(t, "locked", l.Locked(), false)
		},
		// The same with three tasks, none of which releases the lock: one of them has it.
		"cancel_release_race": func(t *testing.T, l *locks.Lock) {
			noError(t, wait(l.Acquire()))
			var tr trace
			acquires := func(name string) *rt.TaskOf[rt.Void] {
				return start(func() error {
					if err := wait(l.Acquire()); err != nil {
						return err
					}
					tr.add(name)
					return nil
				})
			}
			a, b, c := acquires("a"), acquires("b"), acquires("c")
			a.Cancel(nil)
			l.Release()
			want(t, "cancelled", isCanceled(wait(a)), true)
			settle()
			tr.check(t, "b")
			want(t, "b has ended", b.Done(), true)
			c.Cancel(nil)
			want(t, "cancelled", isCanceled(wait(c)), true)
		},
		"finished_waiter_cancelled": func(t *testing.T, l *locks.Lock) {
			noError(t, wait(l.Acquire()))
			var tr trace
			a := start(locked(l, func() { tr.add("a") }))
			b := rt.Spawn(rt.Current(), do(locked(l, func() { tr.add("b") }))) // it will wait in a moment
			a.Cancel(nil)
			l.Release()
			// If b came first, it has the lock. Otherwise a has it, which was alone.
			noError(t, wait(b))
			if err := wait(a); err == nil {
				tr.check(t, "a", "b")
			} else if tr.check(t, "b"); !isCanceled(err) {
				t.Error(err)
			}
			want(t, "locked", l.Locked(), false)
		},
		// A task is given the lock and then cancelled. It keeps the lock, and its next await
		// fails.
		"cancelled as it is served": func(t *testing.T, l *locks.Lock) {
			noError(t, wait(l.Acquire()))
			var tr trace
			a := start(locked(l, func() {
				tr.add("a")
				want(t, "cancelled", isCanceled(wait(rt.Yield())), true)
			}))
			b := start(locked(l, func() { tr.add("b") }))
			l.Release()
			a.Cancel(nil)
			noError(t, wait(a), wait(b))
			tr.check(t, "a", "b")
		},
		// A task behind it is cancelled. If that task runs first, it does not get the lock.
		// Otherwise the lock has been passed on.
		"another cancelled as one is served": func(t *testing.T, l *locks.Lock) {
			noError(t, wait(l.Acquire()))
			var tr trace
			a := start(locked(l, func() { tr.add("a") }))
			b := start(locked(l, func() { tr.add("b") }))
			l.Release()
			b.Cancel(nil)
			noError(t, wait(a))
			if err := wait(b); err == nil {
				tr.check(t, "a", "b")
			} else if tr.check(t, "a"); !isCanceled(err) {
				t.Error(err)
			}
			want(t, "locked", l.Locked(), false)
		},
		// The task that holds the lock panics. A deferred call releases the lock.
		"a holder that panics": func(t *testing.T, l *locks.Lock) {
			no := errors.New("no")
			holder := rt.Spawn(rt.Current(), do(locked(l, func() { settle(); panic(no) })))
			wantPanic(t, func() { rt.Block(holder) }, "no")
			next := start(locked(l, func() {}))
			noError(t, wait(next))
			want(t, "locked", l.Locked(), false)
		},
		"release_not_acquired": func(t *testing.T, l *locks.Lock) {
			wantPanic(t, l.Release, "nobody holds")
		},
		"release_no_waiters": func(t *testing.T, l *locks.Lock) {
			noError(t, wait(l.Acquire()))
			l.Release()
			want(t, "locked", l.Locked(), false)
			wantPanic(t, l.Release, "nobody holds")
		},
		// A deferred Release does what the end of "async with" does.
		"context_manager": func(t *testing.T, l *locks.Lock) {
			no := errors.New("no")
			err := wait(do(func() error {
				noError(t, wait(l.Acquire()))
				defer l.Release()
				want(t, "locked", l.Locked(), true)
				return no
			}))
			want(t, "error", err, no)
			want(t, "locked", l.Locked(), false)
		},
		"misuse": func(t *testing.T, l *locks.Lock) {
			noError(t, wait(l.Acquire()))
			wantPanic(t, func() { rt.Block(l.Acquire()) }, "wait for itself")
			start(func() error {
				wantPanic(t, l.Release, "use a Semaphore")
				return nil
			})
			done := false
			rt.Current().Loop().CallSoon(func() {
				wantPanic(t, l.Release, "a callback releases")
				done = true
			})
			settle()
			want(t, "the callback has run", done, true)
			l.Release()
		},
		"timeout": func(t *testing.T, l *locks.Lock) {
			noError(t, wait(l.Acquire()))
			start(func() error {
				want(t, "timeout", isTimeout(wait(rt.Timeout(ms, l.Acquire()))), true)
				return nil
			})
			settle()
			l.Release()
			want(t, "locked", l.Locked(), false)
		},
		"select": func(t *testing.T, l *locks.Lock) {
			acquire, late := rt.On(l.Acquire()), rt.On(rt.Sleep(time.Second))
			chosen, err := rt.Block(rt.Select(late, acquire))
			noError(t, err)
			want[rt.Branch](t, "chosen", chosen, acquire)
			other := start(func() error {
				acquire, late := rt.On(l.Acquire()), rt.On(rt.Sleep(2*ms))
				chosen, err := rt.Block(rt.Select(acquire, late))
				want[rt.Branch](t, "chosen", chosen, late)
				return err
			})
			noError(t, wait(other))
			l.Release()
			want(t, "locked", l.Locked(), false)
		},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func() { test(t, new(locks.Lock)) })
		})
	}
}

func TestLockOfAnotherLoop(t *testing.T) {
	var l locks.Lock
	run(t, func() {
		noError(t, wait(l.Acquire()))
		l.Release()
	})
	run(t, func() { wantPanic(t, func() { rt.Block(l.Acquire()) }, "lock of another loop") })
}

// A chain of awaits goes on in the task that holds the lock. It ends where two tasks wait for
// each other.
func TestLocksInAChain(t *testing.T) {
	l := testbed.NewLoop(t)
	var a, b locks.Lock
	both := func(first, second *locks.Lock) *rt.TaskOf[rt.Void] {
		return rt.Start(l, do(func() error {
			noError(t, wait(first.Acquire()), wait(rt.Sleep(ms)))
			defer first.Release()
			return wait(second.Acquire())
		}))
	}
	one, two := both(&a, &b), both(&b, &a)
	_, err := rt.RunUntilComplete(l, rt.Sleep(10*ms))
	noError(t, err)
	got := fmt.Sprint(one.Chain())
	for _, part := range []string{"locks.LockOp task-2", "locks.LockOp task-1"} {
		if !strings.Contains(got, part) {
			t.Errorf("chain is %s, want %q in it", got, part)
		}
	}
	one.Cancel(nil)
	two.Cancel(nil)
	_, err = rt.RunUntilComplete(l, rt.Sleep(10*ms))
	noError(t, err, l.Close())
}

func TestRWLock(t *testing.T) {
	for name, test := range map[string]func(t *testing.T, l *locks.RWLock, write, read func(name string, tr *trace) *rt.TaskOf[rt.Void]){
		"readers share": func(t *testing.T, l *locks.RWLock, write, read func(string, *trace) *rt.TaskOf[rt.Void]) {
			var tr trace
			a := read("a", &tr)
			b := read("b", &tr)
			w := write("w", &tr)
			want(t, "the lock", l.String(), "lock of 2 readers, 1 waiting")
			want(t, "readers", l.Readers(), 2)
			c := read("c", &tr) // it does not overtake w
			noError(t, wait(a), wait(b), wait(w), wait(c))
			tr.check(t, "a", "b", "a ends", "b ends", "w", "w ends", "c", "c ends")
			want(t, "the lock", l.String(), "lock, free")
		},
		"a writer that gives up lets readers in": func(t *testing.T, l *locks.RWLock, write, read func(string, *trace) *rt.TaskOf[rt.Void]) {
			var tr trace
			a := read("a", &tr)
			w := write("w", &tr)
			b := read("b", &tr)
			w.Cancel(nil)
			want(t, "cancelled", isCanceled(wait(w)), true)
			settle()
			tr.check(t, "a", "b")
			noError(t, wait(a), wait(b))
		},
		"a writer cancelled as it is served": func(t *testing.T, l *locks.RWLock, write, read func(string, *trace) *rt.TaskOf[rt.Void]) {
			var tr trace
			noError(t, wait(l.AcquireRead()))
			w := start(func() error {
				noError(t, wait(l.Acquire()))
				defer l.Release()
				tr.add("w")
				return wait(rt.Yield())
			})
			a := read("a", &tr)
			l.ReleaseRead()
			w.Cancel(nil)
			want(t, "cancelled", isCanceled(wait(w)), true)
			noError(t, wait(a))
			tr.check(t, "w", "a", "a ends")
		},
		// The task of a writer that waits ends without polling again. The writer does not stand
		// in the way.
		"a writer that is gone": func(t *testing.T, l *locks.RWLock, write, read func(string, *trace) *rt.TaskOf[rt.Void]) {
			noError(t, wait(l.AcquireRead()))
			op := l.Acquire().Awaitable()
			gone := start(func() error {
				_, _, ready := op.Poll(rt.Current())
				want(t, "ready", ready, false)
				return nil
			})
			want(t, "gone", gone.Done(), true)
			want(t, "an attempt", l.TryAcquireRead(rt.Current()), true)
			l.ReleaseRead()
			l.ReleaseRead()
			noError(t, wait(rt.Timeout(ms, l.Acquire())))
			l.Release()
		},
		// A writer that is cancelled and has not noticed does not hold up readers.
		"a writer cancelled before it is served": func(t *testing.T, l *locks.RWLock, write, read func(string, *trace) *rt.TaskOf[rt.Void]) {
			var tr trace
			noError(t, wait(l.Acquire()))
			w := write("w", &tr)
			a, b := read("a", &tr), read("b", &tr)
			w.Cancel(nil)
			l.Release()
			want(t, "readers", l.Readers(), 2)
			want(t, "cancelled", isCanceled(wait(w)), true)
			noError(t, wait(a), wait(b))
			want(t, "events", len(tr), 4) // and no event of w
		},
		// Readers that keep coming do not starve a writer, and writers do not starve a reader.
		"nobody starves": func(t *testing.T, l *locks.RWLock, write, read func(string, *trace) *rt.TaskOf[rt.Void]) {
			for _, first := range []bool{true, false} {
				over := false
				crowd := func() error { // the readers overlap all the time
					for !over {
						acquire, release := l.AcquireRead(), l.ReleaseRead
						if !first {
							acquire, release = l.Acquire(), l.Release
						}
						noError(t, wait(acquire), wait(rt.Sleep(2*ms)))
						release()
					}
					return nil
				}
				a := start(crowd)
				b := start(crowd)
				one, release := l.Acquire(), l.Release
				if !first {
					one, release = l.AcquireRead(), l.ReleaseRead
				}
				noError(t, wait(rt.Timeout(10*ms, one)))
				release()
				over = true
				noError(t, wait(a), wait(b))
			}
		},
		"misuse": func(t *testing.T, l *locks.RWLock, write, read func(string, *trace) *rt.TaskOf[rt.Void]) {
			wantPanic(t, l.Release, "no writer holds")
			wantPanic(t, l.ReleaseRead, "no reader holds")
			noError(t, wait(l.Acquire()))
			want(t, "locked", l.Locked(), true)
			want(t, "the lock", l.String(), "lock of "+rt.Current().Name())
			wantPanic(t, func() { rt.Block(l.AcquireRead()) }, "wait for itself")
			wantPanic(t, l.ReleaseRead, "no reader holds")
			want(t, "an attempt", l.TryAcquireRead(rt.Current()), false)
			start(func() error { wantPanic(t, l.Release, "that "+rt.Current().Parent().Name()); return nil })
			l.Release()
			want(t, "an attempt", l.TryAcquireRead(rt.Current()), true)
			want(t, "an attempt", l.TryAcquire(rt.Current()), false)
			wantPanic(t, l.Release, "no writer holds")
			l.ReleaseRead()
			want(t, "an attempt", l.TryAcquire(rt.Current()), true)
			l.Release()
		},
		"select": func(t *testing.T, l *locks.RWLock, write, read func(string, *trace) *rt.TaskOf[rt.Void]) {
			var tr trace
			a := read("a", &tr)
			task := start(func() error {
				w, late := rt.On(l.Acquire()), rt.On(rt.Sleep(3*ms))
				chosen, err := rt.Block(rt.Select(w, late))
				want[rt.Branch](t, "chosen", chosen, late)
				return err
			})
			b := read("b", &tr) // waits behind the select
			noError(t, wait(task))
			settle()
			tr.check(t, "a", "b")
			noError(t, wait(a), wait(b))
		},
	} {
		t.Run(name, func(t *testing.T) {
			var l locks.RWLock
			inside := func(name string, tr *trace) {
				tr.add(name)
				wait(rt.Sleep(10 * ms))
				tr.add(name + " ends")
			}
			write := func(name string, tr *trace) *rt.TaskOf[rt.Void] {
				return start(func() error {
					if err := wait(l.Acquire()); err != nil {
						return err
					}
					defer l.Release()
					inside(name, tr)
					return nil
				})
			}
			read := func(name string, tr *trace) *rt.TaskOf[rt.Void] {
				return start(func() error {
					if err := wait(l.AcquireRead()); err != nil {
						return err
					}
					defer l.ReleaseRead()
					inside(name, tr)
					return nil
				})
			}
			run(t, func() { test(t, &l, write, read) })
		})
	}
}

func TestEvent(t *testing.T) {
	for name, test := range map[string]func(t *testing.T, e *locks.Event){
		"repr": func(t *testing.T, e *locks.Event) {
			want(t, "an event", e.String(), "event, not set")
			start(func() error { return wait(e.Wait()) })
			want(t, "an event", e.String(), "event, not set, 1 waiting")
			e.Set()
			want(t, "an event", e.String(), "event, set")
			settle()
		},
		"wait": func(t *testing.T, e *locks.Event) {
			var tr trace
			for i := range 3 {
				start(func() error {
					err := wait(e.Wait())
					tr.add(fmt.Sprint(i))
					return err
				})
			}
			tr.check(t)
			e.Set()
			tr.check(t) // not before the next turn
			settle()
			want(t, "woken", len(tr), 3)
		},
		"wait_on_set": func(t *testing.T, e *locks.Event) {
			e.Set()
			before := rt.Current().Loop().Time()
			noError(t, wait(e.Wait()), wait(e.Wait()))
			want(t, "time", rt.Current().Loop().Time(), before)
		},
		"wait_cancel": func(t *testing.T, e *locks.Event) {
			waiter := start(func() error { return wait(e.Wait()) })
			waiter.Cancel(nil)
			want(t, "cancelled", isCanceled(wait(waiter)), true)
			want(t, "an event", e.String(), "event, not set")
			// If the event is set at the same time, the wait does not fail.
			waiter = start(func() error { return wait(e.Wait()) })
			e.Set()
			waiter.Cancel(nil)
			noError(t, wait(waiter))
		},
		"clear": func(t *testing.T, e *locks.Event) {
			want(t, "set", e.IsSet(), false)
			e.Set()
			want(t, "set", e.IsSet(), true)
			e.Clear()
			want(t, "set", e.IsSet(), false)
		},
		// Tasks that wait when the event is set go on, even if it is cleared at once.
		"clear_with_waiters": func(t *testing.T, e *locks.Event) {
			var tr trace
			a := start(func() error { err := wait(e.Wait()); tr.add("a"); return err })
			e.Set()
			e.Clear()
			e.Set()
			e.Clear()
			noError(t, wait(a))
			tr.check(t, "a")
			want(t, "timeout", isTimeout(wait(rt.Timeout(ms, e.Wait()))), true)
		},
		"select": func(t *testing.T, e *locks.Event) {
			other := new(locks.Event)
			a, b := rt.On(e.Wait()), rt.On(other.Wait())
			rt.Current().Loop().CallLater(ms, other.Set)
			for range 2 {
				chosen, err := rt.Block(rt.Select(a, b))
				noError(t, err)
				want[rt.Branch](t, "chosen", chosen, b)
			}
			want(t, "the other", e.String(), "event, not set")
		},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func() { test(t, new(locks.Event)) })
		})
	}
}
