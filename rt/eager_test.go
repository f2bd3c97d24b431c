package rt_test

// This file tests eager tasks.

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

// eager starts fn eagerly beside the current task.
func eager(fn func() error) *rt.TaskOf[rt.Void] { return rt.SpawnEager(rt.Current(), do(fn)) }

func TestEagerTaskEndsInItsFirstStep(t *testing.T) {
	run(t, func() error {
		self := rt.Current()
		var f rt.Future[string]
		var inside *rt.Task
		task := eager(func() error {
			inside = rt.Current()
			if !slices.Contains(self.Loop().Tasks(), inside) {
				t.Error("it is not among the tasks")
			}
			return f.Set("my message")
		})
		if !task.Done() || inside != &task.Task || rt.Current() != self {
			return fmt.Errorf("done: %v, current inside: %v, after: %v", task.Done(), inside, rt.Current())
		}
		if slices.Contains(self.Loop().Tasks(), &task.Task) {
			return errors.New("it is still among the tasks")
		}
		if task.Cancel(nil) {
			return errors.New("a task that has ended was cancelled")
		}
		v, err := rt.Block(&f)
		return errors.Join(err, wait(task), want(v == "my message", "got %q", v))
	})
}

func TestEagerTaskSuspends(t *testing.T) {
	run(t, func() error {
		user := rt.NewVar("user", 0)
		user.Set(rt.Current(), 1)
		steps := 0
		task := eager(func() error {
			self := rt.Current()
			steps += user.Get(self)
			user.Set(self, 2)
			if err := wait(rt.Sleep(ms)); err != nil {
				return err
			}
			if rt.Current() != self {
				return errors.New("the task has changed")
			}
			steps += user.Get(self)
			return nil
		})
		if task.Done() || steps != 1 || user.Get(rt.Current()) != 1 || !slices.Contains(rt.Current().Loop().Tasks(), &task.Task) {
			return fmt.Errorf("done: %v, steps: %d", task.Done(), steps)
		}
		err := wait(task)
		return errors.Join(err, want(steps == 3, "steps: %d", steps))
	})
}

func TestEagerTaskIsCancelledWhereItWaits(t *testing.T) {
	run(t, func() error {
		task := eager(func() error { return wait(rt.Sleep(ms)) })
		if !task.Cancel(errCause) || task.Cancelling() != 1 {
			return errors.New("not cancelled")
		}
		err := wait(task)
		return want(errors.Is(err, errCause), "error is %v", err)
	})
}

func TestEagerTaskPanics(t *testing.T) {
	run(t, func() error {
		self := rt.Current()
		task := eager(func() error { return bug("boom") })
		if !task.Done() || rt.Current() != self {
			return errors.New("the panic was not kept")
		}
		v := panicOf(func() { rt.Block(task) })
		return want(v == "boom", "await panics with %v", v)
	})
}

func TestEagerTaskFromACallback(t *testing.T) {
	l := testbed.NewLoop(t)
	l.CallSoon(func() {
		task := rt.StartEager(l, rt.NewCoroutine[rt.Void](new(emptyFrame)))
		if !task.Done() {
			t.Error("not done")
		}
		rt.StartEager(l, do(func() error { l.Stop(); return nil }))
	})
	if err := l.RunForever(); err != nil {
		t.Error(err)
	}
}

func TestEagerTaskExits(t *testing.T) {
	cleaned := false
	returned := onGoroutine(func() {
		testbed.RunFake(t, do(func() error {
			defer func() { cleaned = true }()
			eager(func() error { runtime.Goexit(); return nil })
			return nil
		}))
	})
	if returned || !cleaned {
		t.Errorf("returned: %v, cleaned up: %v", returned, cleaned)
	}
}

// A chain of a hundred awaits is one task, or none if the task is eager. Tasks that tasks start
// are counted.
func TestTasksAreCounted(t *testing.T) {
	for _, test := range []struct {
		name string
		body func() error
		want int
	}{
		{"awaits", func() error { return nest(100) }, 1},
		{"groups", func() error { return groups(5, 4) }, 1 + 5 + 25 + 125 + 625},
		{"gather", func() error { return gathers(5, 4) }, 1 + 5 + 25 + 125 + 625},
	} {
		t.Run(test.name, func(t *testing.T) {
			var n counting
			run(t, test.body, rt.WithObserver(&n))
			if n.started != test.want || n.ended != test.want {
				t.Errorf("%d tasks started and %d ended, want %d", n.started, n.ended, test.want)
			}
		})
	}
}

type counting struct{ started, ended int }

func (n *counting) Started(*rt.Task)   { n.started++ }
func (n *counting) Ended(*rt.Task)     { n.ended++ }
func (n *counting) StepBegan(*rt.Task) {}
func (n *counting) StepEnded(*rt.Task) {}

func nest(depth int) error {
	if depth == 0 {
		return nil
	}
	return wait(do(func() error { return nest(depth - 1) }))
}

func groups(width, depth int) error {
	if depth == 0 {
		return nil
	}
	return inGroup(func(g *rt.TaskGroup) error {
		for range width {
			rt.SpawnIn(g, do(func() error { return groups(width, depth-1) }))
		}
		return nil
	})
}

func gathers(width, depth int) error {
	if depth == 0 {
		return nil
	}
	var xs []rt.Expr[rt.Void]
	for range width {
		xs = append(xs, do(func() error { return gathers(width, depth-1) }))
	}
	return wait(rt.Gather(xs...))
}

// What an eager task completes counts for the step within which it runs.
func TestEagerTasksLetOthersRun(t *testing.T) {
	run(t, func() error {
		var done rt.Future[int]
		done.Set(1)
		fired, awaited := false, 0
		rt.Current().Loop().CallSoon(func() { fired = true })
		for !fired {
			wait(rt.SpawnEager(rt.Current(), do(func() error {
				for range 100 {
					awaited++
					wait(&done)
				}
				return nil
			})))
		}
		return want(awaited <= 1000, "%d awaits completed before a callback that was ready", awaited)
	})
}
