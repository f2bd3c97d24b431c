package rt_test

// This file tests gather.

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// after returns a coroutine that sleeps for d and returns v.
func after[T any](d time.Duration, v T) rt.Coroutine[T] {
	return machine.Lockstep(func() (T, error) { return v, wait(rt.Sleep(d)) })
}

func TestGather(t *testing.T) {
	run(t, func() error {
		l := rt.Current().Loop()
		vs, err := rt.Block(rt.Gather[int](after(3*ms, 1), after(1*ms, 2), after(2*ms, 3)))
		if !reflect.DeepEqual(vs, []int{1, 2, 3}) || err != nil || l.Time() != 3*ms {
			return fmt.Errorf("result is %v, %v at %v", vs, err, l.Time())
		}
		vs, err = rt.Block(rt.Gather[int]())
		if len(vs) != 0 || err != nil {
			return fmt.Errorf("of none: %v, %v", vs, err)
		}
		two, err := rt.Block(rt.Gather2(after(ms, "a"), after(0, 1)))
		if two != (rt.Two[string, int]{V1: "a", V2: 1}) || err != nil {
			return fmt.Errorf("result is %v, %v", two, err)
		}
		if err := rt.Current().Err(); err != nil {
			return err
		}
		return nil
	})
}

func TestGatherFirstErrorCancelsTheRest(t *testing.T) {
	l := testbed.NewLoop(t)
	var tr trace
	part := func(name string, d time.Duration, fail error) rt.Expr[int] {
		return machine.Lockstep(func() (int, error) {
			err := wait(rt.Sleep(d))
			tr.add("%s %v %v", name, l.Time(), err)
			if err != nil {
				// Gather waits for the cleaning up, too.
				rt.Block(rt.Shield(rt.Sleep(10 * ms)))
				tr.add("%s %v cleaned up", name, l.Time())
				return 0, fmt.Errorf("%s: %w", name, err)
			}
			return 0, fail
		})
	}
	no := errors.New("no")
	_, err := rt.RunUntilComplete(l, rt.Gather(part("a", 5*ms, nil), part("b", 2*ms, no), part("c", ms, nil)))
	if err != no {
		t.Errorf("error is %v", err)
	}
	tr.check(t, "c 1ms <nil>", "b 2ms <nil>", "a 2ms context canceled: no", "a 12ms cleaned up")
	_, err = rt.RunUntilComplete(l, rt.Gather2(part("a", 5*ms, nil), part("b", 2*ms, no)))
	if err != no {
		t.Errorf("error is %v", err)
	}
}

func TestGatherIsCancelled(t *testing.T) {
	run(t, func() error {
		l := rt.Current().Loop()
		ended := 0
		part := func(d time.Duration) rt.Expr[rt.Void] {
			return do(func() error {
				err := wait(rt.Sleep(d))
				ended++
				return err
			})
		}
		err := wait(rt.Timeout(ms, rt.Gather(part(time.Hour), part(time.Hour))))
		if !isTimeout(err) || ended != 2 || l.Time() != ms {
			return fmt.Errorf("error is %v at %v, %d ended", err, l.Time(), ended)
		}

		// A gather in a gather, in a task.
		task := rt.Spawn(rt.Current(), rt.Gather[[]rt.Void](
			rt.Gather(part(time.Hour), part(time.Hour)),
			rt.Gather(part(time.Hour))))
		if err := wait(rt.Sleep(ms)); err != nil {
			return err
		}
		task.Cancel(errCause)
		if err := wait(task); !errors.Is(err, errCause) || ended != 5 {
			return fmt.Errorf("error is %v, %d ended", err, ended)
		}

		// A shield around a gather protects the tasks.
		task2 := rt.Spawn(rt.Current(), rt.Shield(rt.Gather(part(2*ms), part(3*ms))))
		if err := wait(rt.Sleep(ms)); err != nil {
			return err
		}
		task2.Cancel(errCause)
		if err := wait(task2); err != nil || ended != 7 {
			return fmt.Errorf("error is %v, %d ended", err, ended)
		}

		// A cancellation after the end of all tasks changes nothing.
		task3 := rt.Spawn(rt.Current(), rt.Gather[int](after(ms, 1), after(ms, 2)))
		if err := errors.Join(wait(rt.Yield()), wait(rt.Yield())); err != nil {
			return err
		}
		l.CallLater(ms, func() { task3.Cancel(errCause) })
		if vs, err := rt.Block(task3); err != nil || fmt.Sprint(vs) != "[1 2]" || task3.Cancelling() != 1 {
			return fmt.Errorf("%v, %v, %d requests", vs, err, task3.Cancelling())
		}

		// A gather that is cancelled before it begins starts nothing.
		s := rt.Current().OpenScope()
		s.Cancel(nil)
		if err := wait(rt.Gather(part(0))); !isCanceled(err) || ended != 7 {
			return fmt.Errorf("error is %v, %d ended", err, ended)
		}
		s.Close()
		return nil
	})
}

func TestGatherOneTaskIsCancelled(t *testing.T) {
	run(t, func() error {
		other := rt.Block[[]rt.Void]
		_, err := other(rt.Gather[rt.Void](
			do(func() error {
				rt.Current().Cancel(errCause)
				return wait(rt.Yield())
			}),
			rt.Sleep(time.Hour)))
		if !errors.Is(err, errCause) {
			return fmt.Errorf("error is %v", err)
		}
		return nil
	})
}

func TestGatherPanic(t *testing.T) {
	run(t, func() error {
		ended := false
		v := panicOf(func() {
			rt.Block(rt.Gather[rt.Void](
				do(func() error { wait(rt.Sleep(ms)); return bug("boom") }),
				do(func() error {
					defer func() { ended = true }()
					return wait(rt.Sleep(time.Hour))
				})))
		})
		if v != "boom" || !ended {
			return fmt.Errorf("panic with %v; the other ended: %v", v, ended)
		}
		return wait(rt.Yield())
	})
}

func TestGatherTasksHaveAParent(t *testing.T) {
	run(t, func() error {
		self := rt.Current()
		return wait(rt.Gather[rt.Void](do(func() error {
			if rt.Current().Parent() != self {
				return errors.New("the parent is another")
			}
			return nil
		})))
	})
}
