package locks_test

// This file tests the barrier and Once. A subtest with the name of an asyncio test case ports
// that case: see rt/testdata/asyncio/locks.txt.

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

func TestBarrier(t *testing.T) {
	type task = rt.TaskOf[int]
	const n = 4
	comes := func(b *locks.Barrier) *task {
		task := rt.Spawn(rt.Current(), b.Wait())
		settle()
		return task
	}
	several := func(b *locks.Barrier, n int) (tasks []*task) {
		for range n {
			tasks = append(tasks, comes(b))
		}
		return tasks
	}
	indices := func(t *testing.T, tasks []*task) []int {
		t.Helper()
		var list []int
		for _, task := range tasks {
			i, err := rt.Block(task)
			noError(t, err)
			list = append(list, i)
		}
		return list
	}
	broken := func(t *testing.T, tasks []*task) {
		t.Helper()
		for _, task := range tasks {
			want(t, "error", wait(task), locks.ErrBarrierBroken)
		}
	}
	state := func(t *testing.T, b *locks.Barrier, waits int, isBroken bool) {
		t.Helper()
		want(t, "waiting", b.Waiting(), waits)
		want(t, "broken", b.Broken(), isBroken)
	}
	for name, test := range map[string]func(t *testing.T, b *locks.Barrier){
		"barrier": func(t *testing.T, b *locks.Barrier) {
			want(t, "parties", b.Parties(), n)
			state(t, b, 0, false)
			tasks := several(b, n-1)
			state(t, b, n-1, false)
			tasks = append(tasks, comes(b))
			state(t, b, 0, false)
			if list := indices(t, tasks); !slices.Equal(list, []int{0, 1, 2, 3}) {
				t.Errorf("indices: %v", list)
			}
		},
		"repr": func(t *testing.T, b *locks.Barrier) {
			want(t, "a barrier", b.String(), "barrier, 0/4 waiting")
			tasks := several(b, 2)
			want(t, "a barrier", b.String(), "barrier, 2/4 waiting")
			b.Abort()
			want(t, "a barrier", b.String(), "barrier, broken")
			broken(t, tasks)
		},
		"barrier_parties": func(t *testing.T, b *locks.Barrier) {
			wantPanic(t, func() { locks.NewBarrier(0) }, "needs one")
			wantPanic(t, func() { locks.NewBarrier(-4) }, "needs one")
		},
		"filling_one_task": func(t *testing.T, _ *locks.Barrier) {
			i, err := rt.Block(locks.NewBarrier(1).Wait())
			noError(t, err)
			want(t, "index", i, 0)
		},
		"filling_one_task_twice": func(t *testing.T, _ *locks.Barrier) {
			b := locks.NewBarrier(1)
			for range 2 {
				noError(t, wait(b.Wait()))
				state(t, b, 0, false)
			}
		},
		"filling_task_by_task": func(t *testing.T, b *locks.Barrier) {
			var tasks []*task
			for i := range n {
				for _, task := range tasks {
					want(t, "ended", task.Done(), false)
				}
				state(t, b, i, false)
				tasks = append(tasks, comes(b))
			}
			indices(t, tasks)
		},
		// Each task waits twice. No task goes on in the second round before the first round is
		// over.
		"filling_tasks_wait_twice": func(t *testing.T, b *locks.Barrier) {
			var rounds [2]int
			noError(t, wait(rt.Gather(repeat(n, func() error {
				for i := range rounds {
					if err := wait(b.Wait()); err != nil {
						return err
					}
					if rounds[i]++; i > 0 {
						want(t, "of the first round", rounds[0], n)
					}
				}
				return nil
			})...)))
			want(t, "rounds", rounds, [2]int{n, n})
			state(t, b, 0, false)
		},
		"filling_tasks_check_return_value": func(t *testing.T, b *locks.Barrier) {
			var list []int
			noError(t, wait(rt.Gather(repeat(n, func() error {
				noError(t, wait(b.Wait()))
				i, err := rt.Block(b.Wait())
				list = append(list, i)
				return err
			})...)))
			slices.Sort(list)
			if !slices.Equal(list, []int{0, 1, 2, 3}) {
				t.Errorf("indices: %v", list)
			}
			state(t, b, 0, false)
		},
		// Other tasks come after the last party, and before the parties go on.
		"draining_state": func(t *testing.T, b *locks.Barrier) {
			var tr trace
			var tasks []*rt.TaskOf[rt.Void]
			for range n {
				tasks = append(tasks, rt.Spawn(rt.Current(), do(func() error {
					err := wait(b.Wait())
					tr.add(fmt.Sprint(b.Waiting(), b.Broken()))
					return err
				})))
			}
			for _, task := range tasks {
				noError(t, wait(task))
			}
			tr.check(t, "0 false", "0 false", "0 false", "0 false")
		},
		"blocking_tasks_while_draining": func(t *testing.T, b *locks.Barrier) {
			first := several(b, n-1)
			noError(t, wait(b.Wait()))                // the first tasks have not run yet
			early := rt.Spawn(rt.Current(), b.Wait()) // belongs to the next round
			want(t, "ended", first[0].Done(), false)  // not yet
			settle()
			state(t, b, 1, false)
			indices(t, first)
			rest := several(b, n-1)
			noError(t, wait(early))
			indices(t, rest)
		},
		"filling_tasks_cancel_one": func(t *testing.T, b *locks.Barrier) {
			tasks := several(b, n-1)
			tasks[1].Cancel(nil)
			want(t, "cancelled", isCanceled(wait(tasks[1])), true)
			state(t, b, n-2, false)
			tasks[1] = comes(b)
			tasks = append(tasks, comes(b))
			list := indices(t, tasks)
			slices.Sort(list)
			if !slices.Equal(list, []int{0, 1, 2, 3}) {
				t.Errorf("indices: %v", list)
			}
			// A task that is cancelled as the last party comes belongs to the round.
			tasks = several(b, n-1)
			last := rt.Spawn(rt.Current(), b.Wait())
			noError(t, wait(last))
			tasks[0].Cancel(nil)
			state(t, b, 0, false)
		},
		"reset_barrier": func(t *testing.T, b *locks.Barrier) {
			b.Reset()
			state(t, b, 0, false)
			indices(t, several(b, n))
		},
		"reset_barrier_while_tasks_waiting": func(t *testing.T, b *locks.Barrier) {
			tasks := several(b, n-1)
			b.Reset()
			state(t, b, 0, false)
			broken(t, tasks)
		},
		// The round is complete. A reset of the barrier before its tasks have run does not
		// affect them.
		"reset_barrier_when_tasks_half_draining": func(t *testing.T, b *locks.Barrier) {
			tasks := several(b, n-1)
			noError(t, wait(b.Wait()))
			b.Reset()
			indices(t, tasks)
			state(t, b, 0, false)
		},
		"reset_barrier_when_tasks_half_draining_half_blocking": func(t *testing.T, b *locks.Barrier) {
			tasks := several(b, n-1)
			next := rt.Spawn(rt.Current(), do(func() error {
				noError(t, wait(b.Wait()))
				next := rt.Spawn(rt.Current(), b.Wait())
				noError(t, wait(rt.Yield()), wait(rt.Yield()))
				b.Reset()
				want(t, "error", wait(next), locks.ErrBarrierBroken)
				return nil
			}))
			noError(t, wait(next))
			indices(t, tasks)
			state(t, b, 0, false)
		},
		// The tasks whose round was reset wait again. With one more task they make a round.
		"reset_barrier_while_tasks_waiting_and_waiting_again": func(t *testing.T, b *locks.Barrier) {
			failed, passed := 0, 0
			again := rt.Spawn(rt.Current(), rt.Gather(repeat(n-1, func() error {
				if err := wait(b.Wait()); err == locks.ErrBarrierBroken {
					failed++
				}
				if err := wait(b.Wait()); err != nil {
					return err
				}
				passed++
				return nil
			})...))
			settle()
			b.Reset()
			settle()
			want(t, "failed", failed, n-1)
			state(t, b, n-1, false)
			noError(t, wait(b.Wait()), wait(again))
			want(t, "passed", passed, n-1)
			state(t, b, 0, false)
		},
		"reset_barrier_while_tasks_draining": func(t *testing.T, b *locks.Barrier) {
			tasks := several(b, n)
			b.Reset()
			indices(t, tasks)
			indices(t, several(b, n))
		},
		"abort_barrier": func(t *testing.T, b *locks.Barrier) {
			tasks := several(b, n-1)
			b.Abort()
			state(t, b, 0, true)
			broken(t, tasks)
			want(t, "error", wait(b.Wait()), locks.ErrBarrierBroken)
			state(t, b, 0, true)
		},
		"abort_barrier_when_tasks_half_draining_half_blocking": func(t *testing.T, b *locks.Barrier) {
			tasks := several(b, n-1)
			noError(t, wait(b.Wait()))
			next := rt.Spawn(rt.Current(), b.Wait())
			noError(t, wait(rt.Yield()))
			b.Abort()
			indices(t, tasks)
			broken(t, []*task{next})
			state(t, b, 0, true)
		},
		// One task fails after the first round and aborts the barrier. The others wait for the
		// second round.
		"abort_barrier_when_exception": func(t *testing.T, b *locks.Barrier) {
			failed := 0
			noError(t, wait(rt.Gather(repeat(n, func() error {
				i, err := rt.Block(b.Wait())
				if err != nil {
					return err
				}
				if i == n/2 {
					b.Abort()
					return nil
				}
				want(t, "error", wait(b.Wait()), locks.ErrBarrierBroken)
				failed++
				return nil
			})...)))
			want(t, "failed", failed, n-1)
			state(t, b, 0, true)
		},
		// When all tasks have failed, one resets the barrier, and the barrier works again.
		"abort_barrier_when_exception_then_resetting": func(t *testing.T, b *locks.Barrier) {
			meet, passed := locks.NewBarrier(n), 0
			noError(t, wait(rt.Gather(repeat(n, func() error {
				i, err := rt.Block(b.Wait())
				noError(t, err)
				if i == n/2 {
					b.Abort()
				} else {
					want(t, "error", wait(b.Wait()), locks.ErrBarrierBroken)
				}
				if i, err = rt.Block(meet.Wait()); i == n/2 {
					b.Reset()
				}
				noError(t, err, wait(meet.Wait()), wait(b.Wait()))
				passed++
				return nil
			})...)))
			want(t, "passed", passed, n)
			state(t, b, 0, false)
		},
		// The work of a round, which stands under "async with" in asyncio.
		"context_manager": func(t *testing.T, b *locks.Barrier) {
			once := 0
			var tasks []rt.Expr[rt.Void]
			for range n {
				tasks = append(tasks, do(func() error {
					i, err := rt.Block(b.Wait())
					if i == 0 {
						once++
					}
					return err
				}))
			}
			noError(t, wait(rt.Gather(tasks...)))
			want(t, "done once", once, 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func() { test(t, locks.NewBarrier(n)) })
		})
	}
}

// repeat returns n coroutines that call fn.
func repeat(n int, fn func() error) (xs []rt.Expr[rt.Void]) {
	for range n {
		xs = append(xs, do(fn))
	}
	return xs
}

func TestOnce(t *testing.T) {
	run(t, func() {
		var once locks.Once[string]
		ran := 0
		no := errors.New("no")
		load := func(err error) rt.Coroutine[string] {
			return machine.Lockstep(func() (string, error) {
				ran++
				if err := wait(rt.Sleep(10 * ms)); err != nil {
					return "", err
				}
				return fmt.Sprintf("value %d", ran), err
			})
		}
		get := func(err error) *rt.TaskOf[string] {
			task := rt.Spawn(rt.Current(), once.Do(load(err)))
			settle()
			return task
		}
		want(t, "once", once.String(), "once, not done")
		fails, cancelled := get(no), get(nil)
		panics := start(func() error {
			wantPanic(t, func() {
				rt.Block(once.Do(machine.Lockstep(func() (string, error) { ran++; panic(no) })))
			}, "no")
			return nil
		})
		a, b, gone := get(nil), get(nil), get(nil)
		want(t, "once", once.String(), "once, run by "+fails.Name()+", 5 waiting")
		want(t, "ran", ran, 1)
		gone.Cancel(nil)
		want(t, "cancelled", isCanceled(wait(gone)), true)
		want(t, "error", wait(fails), no) // and the next task tries
		settle()
		want(t, "ran", ran, 2)
		cancelled.Cancel(nil)
		want(t, "cancelled", isCanceled(wait(cancelled)), true)
		noError(t, wait(panics))
		va, err := rt.Block(a)
		noError(t, err)
		vb, err := rt.Block(b)
		noError(t, err)
		want(t, "value", va, "value 4")
		want(t, "value", vb, "value 4")
		v, ok := once.Get()
		want(t, "value", fmt.Sprintf("%s %v", v, ok), "value 4 true")
		v, err = rt.Block(once.Do(load(no))) // the coroutine is not needed
		noError(t, err)
		want(t, "value", v, "value 4")
		want(t, "ran", ran, 4)

		var nested locks.Once[int]
		wantPanic(t, func() {
			rt.Block(nested.Do(machine.Lockstep(func() (int, error) { return rt.Block(nested.Do(after1)) })))
		}, "wait for itself")
	})
}

var after1 = machine.Lockstep(func() (int, error) { return 1, nil })
