package rt_test

// This file tests what counts as a cancellation and what as a failure. A failure that is joined
// with a cancellation must not be lost.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

var errFlush = errors.New("flush failed: data lost")

// trees are ways to join the error of a cancelled await with other errors, by name, and whether
// the result is still a cancellation.
var trees = []struct {
	name   string
	of     func(cancelled error) error
	cancel bool
}{
	{"itself", func(c error) error { return c }, true},
	{"wrapped", func(c error) error { return fmt.Errorf("save: %w", c) }, true},
	{"joined with nothing", func(c error) error { return errors.Join(c, nil) }, true},
	{"joined with another cancellation", func(c error) error { return errors.Join(&rt.CanceledError{}, fmt.Errorf("save: %w", c)) }, true},
	{"a group of cancellations", func(c error) error { return &rt.GroupError{Errs: []error{c, c}} }, true},
	{"with a failure as its cause", func(error) error { return &rt.CanceledError{Cause: errFlush} }, true},
	{"joined with the error of a context", func(c error) error { return errors.Join(c, context.Canceled) }, true},
	{"the error of a context, joined with it", func(c error) error { return fmt.Errorf("save: %w, close: %w", context.Canceled, c) }, true},
	{"joined with the error of a context and a failure", func(c error) error { return errors.Join(context.Canceled, c, errFlush) }, false},
	{"joined with a failure", func(c error) error { return errors.Join(c, errFlush) }, false},
	{"joined with a failure, the other way round", func(c error) error { return errors.Join(errFlush, c) }, false},
	{"several %w", func(c error) error { return fmt.Errorf("%w, then %w", c, errFlush) }, false},
	{"deep", func(c error) error {
		return fmt.Errorf("save: %w", errors.Join(c, fmt.Errorf("close: %w", errors.Join(c, errFlush))))
	}, false},
	{"a group of both", func(c error) error { return &rt.GroupError{Errs: []error{c, errFlush}} }, false},
	{"joined with a timeout", func(c error) error { return errors.Join(c, &rt.CanceledError{Timeout: true}, errFlush) }, false},
}

// saves returns a coroutine that sleeps, and then returns what of makes of the error of the
// sleep.
func saves(of func(error) error) rt.Coroutine[rt.Void] {
	return do(func() error { return of(wait(rt.Sleep(time.Hour))) })
}

// Each place that looks at the error of a task or a future tells failures from cancellations in
// the same way.
func TestFailureJoinedWithCancellation(t *testing.T) {
	places := []struct {
		name string
		body func(x func() rt.Coroutine[rt.Void]) error // returns the error that contains the failure
	}{
		{"group, cancelled by a failure", func(x func() rt.Coroutine[rt.Void]) error {
			return without(errMine, inGroup(func(g *rt.TaskGroup) error {
				rt.SpawnIn(g, x())
				rt.SpawnIn(g, fails(ms, errMine))
				return nil
			}))
		}},
		{"group, cancelled", func(x func() rt.Coroutine[rt.Void]) error {
			return inGroup(func(g *rt.TaskGroup) error {
				rt.SpawnIn(g, x())
				wait(rt.Sleep(ms))
				g.Cancel(nil)
				return nil
			})
		}},
		{"group, owner", func(x func() rt.Coroutine[rt.Void]) error {
			return inGroup(func(g *rt.TaskGroup) error {
				rt.SpawnIn(g, do(func() error { wait(rt.Sleep(ms)); g.Cancel(nil); return nil }))
				return wait(x())
			})
		}},
		{"supervisor", func(x func() rt.Coroutine[rt.Void]) error {
			return in(rt.Current().OpenSupervisor(), func(g *rt.TaskGroup) error {
				task := rt.SpawnIn(g, x())
				wait(rt.Sleep(ms))
				task.Cancel(nil)
				return nil
			})
		}},
		{"gather", func(x func() rt.Coroutine[rt.Void]) error {
			return without(errMine, wait(rt.Gather[rt.Void](x(), fails(ms, errMine))))
		}},
		{"race, cancelled", func(x func() rt.Coroutine[rt.Void]) error {
			return cancelledSoon(func() error { return wait(rt.Race[rt.Void](x(), x())) })
		}},
		{"WaitFor", func(x func() rt.Coroutine[rt.Void]) error {
			return wait(rt.WaitFor(ms, rt.Spawn(rt.Current(), x())))
		}},
		{"AsCompleted", func(x func() rt.Coroutine[rt.Void]) error {
			task := spawn(func() error {
				c := rt.AsCompleted[rt.Void](rt.Current(), x())
				defer c.Close()
				wait(rt.Sleep(ms))
				c.Close()
				return nil
			})
			wait(rt.Sleep(2 * ms))
			return wait(task)
		}},
	}
	for _, place := range places {
		for _, tree := range trees {
			t.Run(place.name+"/"+tree.name, func(t *testing.T) {
				var reported []error
				note := rt.WithHandler(func(err error) { reported = append(reported, err) })
				_, err := testbed.RunFake(t, do(func() error { return place.body(func() rt.Coroutine[rt.Void] { return saves(tree.of) }) }), note)
				all := errors.Join(append(slices.Clone(reported), err)...)
				if !tree.cancel && !errors.Is(all, errFlush) {
					t.Errorf("the failure is lost: error is %v, reported: %v", err, reported)
				}
				if tree.cancel && len(reported) > 0 {
					t.Errorf("a cancellation was reported: %v", reported)
				}
			})
		}
	}
}

// without checks that err contains that, and returns the rest of err.
func without(that, err error) error {
	if !errors.Is(err, that) {
		return fmt.Errorf("error is %v, want %v in it", err, that)
	}
	if g, ok := err.(*rt.GroupError); ok {
		return errors.Join(slices.DeleteFunc(slices.Clone(g.Errs), func(err error) bool { return err == that })...)
	}
	return nil
}

func TestCancelledMeansOnlyCancellation(t *testing.T) {
	for _, tree := range trees {
		t.Run(tree.name, func(t *testing.T) {
			var reported []error
			note := rt.WithHandler(func(err error) { reported = append(reported, err) })
			_, err := testbed.RunFake(t, do(func() error {
				task := rt.Spawn(rt.Current(), saves(tree.of))
				wait(rt.Sleep(ms))
				task.Cancel(nil)
				wait(rt.Sleep(ms))
				var f rt.Future[rt.Void]
				f.Fail(tree.of(&rt.CanceledError{}))
				defer f.Result() // the error is not to be reported
				return errors.Join(
					want(task.Cancelled() == tree.cancel, "the task: %v", task.Cancelled()),
					want(f.Cancelled() == tree.cancel, "the future: %v", f.Cancelled()))
			}), note)
			if err != nil {
				t.Error(err)
			}
			if (len(reported) == 0) != tree.cancel {
				t.Errorf("reported: %v", reported)
			}
		})
	}
}

// If a race has a winner, an error of a loser's cleaning up is reported and is no part of the
// result.
func TestLoserThatCannotCleanUp(t *testing.T) {
	for _, tree := range trees {
		t.Run(tree.name, func(t *testing.T) {
			var reported []error
			note := rt.WithHandler(func(err error) { reported = append(reported, err) })
			_, err := testbed.RunFake(t, do(func() error {
				won, err := rt.Block(rt.Race[rt.Void](saves(tree.of), fails(ms, io.EOF), fails(2*ms, errMine), fails(3*ms, nil)))
				return errors.Join(err, want(won.Winner == 3, "winner: %d", won.Winner))
			}), note)
			if err != nil {
				t.Error(err)
			}
			if (len(reported) == 0) != tree.cancel {
				t.Errorf("reported: %v", reported)
			}
		})
	}
}

// Several loops at once behave like a group.
func TestRunLoopsFailureJoinedWithCancellation(t *testing.T) {
	_, err := rt.RunLoops(2, func(i int) rt.Expr[rt.Void] {
		if i == 0 {
			return fails(0, errMine)
		}
		return saves(func(c error) error { return errors.Join(c, errFlush) })
	}, testbed.Real(t)...)
	if !errors.Is(err, errMine) || !errors.Is(err, errFlush) || !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}

// The error of a context is a cancellation if the cancellation that it comes from is known, and
// a failure otherwise.
func TestErrorOfAContext(t *testing.T) {
	plain := func(error) error { return context.Canceled }
	wrapped := func(error) error { return fmt.Errorf("save: %w", context.Canceled) }
	late := func(error) error { return context.DeadlineExceeded }
	for _, test := range []struct {
		name   string
		body   func() error
		failed error // reported or returned; nil: none
	}{
		{"of a task that was cancelled", func() error {
			task := rt.Spawn(rt.Current(), saves(plain))
			wait(rt.Sleep(ms))
			task.Cancel(nil)
			wait(rt.Sleep(ms))
			return want(task.Cancelled(), "the task was not cancelled")
		}, nil},
		{"wrapped", func() error {
			task := rt.Spawn(rt.Current(), saves(wrapped))
			wait(rt.Sleep(ms))
			task.Cancel(nil)
			return wait(rt.Sleep(ms))
		}, nil},
		{"of a task that was not", func() error {
			task := rt.Spawn(rt.Current(), fails(ms, context.Canceled))
			wait(rt.Sleep(2 * ms))
			return want(!task.Cancelled(), "the task was cancelled")
		}, context.Canceled},
		{"of a deadline, of a task that was cancelled", func() error {
			task := rt.Spawn(rt.Current(), saves(late))
			wait(rt.Sleep(ms))
			task.Cancel(nil)
			return wait(rt.Sleep(ms))
		}, context.DeadlineExceeded},
		{"in a call of another goroutine", func() error {
			task := rt.Spawn(rt.Current(), rt.ToThreadContext(func(ctx context.Context) (int, error) {
				<-ctx.Done()
				return 0, ctx.Err()
			}))
			wait(rt.Yield())
			wait(rt.Yield())
			task.Cancel(nil)
			for !task.Done() {
				wait(rt.Sleep(ms)) // lets the call end, under js, too
			}
			return nil
		}, nil},
		{"in a group that was cancelled", func() error {
			return inGroup(func(g *rt.TaskGroup) error {
				rt.SpawnIn(g, saves(plain))
				wait(rt.Sleep(ms))
				g.Cancel(nil)
				return nil
			})
		}, nil},
		{"of the owner of a group that was cancelled", func() error {
			return inGroup(func(g *rt.TaskGroup) error {
				rt.SpawnIn(g, do(func() error { wait(rt.Sleep(ms)); g.Cancel(nil); return nil }))
				wait(rt.Sleep(time.Hour))
				return context.Canceled
			})
		}, nil},
		{"in a group that a failure cancelled", func() error {
			err := inGroup(func(g *rt.TaskGroup) error {
				rt.SpawnIn(g, saves(plain))
				rt.SpawnIn(g, fails(ms, errMine))
				return nil
			})
			return want(err == errMine, "the error of the group is %v", err)
		}, nil},
		{"in a group that was not cancelled", func() error {
			return inGroup(func(g *rt.TaskGroup) error {
				rt.SpawnIn(g, fails(ms, context.Canceled))
				return nil
			})
		}, context.Canceled},
		{"of a task whose time is up", func() error {
			err := wait(rt.WaitFor(ms, rt.Spawn(rt.Current(), saves(plain))))
			var timeout *rt.CanceledError
			return want(errors.As(err, &timeout) && timeout.Timeout, "WaitFor ends with %v", err)
		}, nil},
		{"joined with a cancellation of another kind", func() error {
			var f rt.Future[rt.Void]
			f.Fail(errors.Join(&rt.CanceledError{}, context.DeadlineExceeded))
			defer f.Result()
			return want(!f.Cancelled(), "the future was cancelled")
		}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var reported []error
			note := rt.WithHandler(func(err error) { reported = append(reported, err) })
			_, err := testbed.RunFake(t, do(test.body), note)
			all := errors.Join(append(slices.Clone(reported), err)...)
			if test.failed == nil && all != nil || test.failed != nil && !errors.Is(all, test.failed) {
				t.Errorf("error is %v, reported: %v; want %v", err, reported, test.failed)
			}
		})
	}
}

// The outcome of a task can be looked at, and its failure is reported all the same.
func TestOutcome(t *testing.T) {
	var reported []error
	l := testbed.NewLoop(t, rt.WithHandler(func(err error) { reported = append(reported, err) }))
	value := rt.Start(l, machine.Lockstep(func() (int, error) { return 7, nil }))
	failed := rt.Start(l, do(func() error { return errFlush }))
	panicked := rt.Start(l, do(func() error { panic(errFlush) }))
	late := rt.Start(l, rt.Sleep(time.Hour))
	if _, err := rt.RunUntilComplete(l, rt.Sleep(1)); err != nil {
		t.Fatal(err)
	}
	if v, err := value.Outcome(); v != 7 || err != nil {
		t.Errorf("a value: %v, %v", v, err)
	}
	if v, err := failed.Outcome(); v != (rt.Void{}) || err != errFlush {
		t.Errorf("a failure: %v, %v", v, err)
	}
	if _, err := panicked.Outcome(); err != error(panicked.Panic()) {
		t.Errorf("a panic: %v", err)
	}
	if v, err := late.Outcome(); v != nil || err != nil {
		t.Errorf("before the end: %v, %v", v, err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if len(reported) != 2 {
		t.Errorf("reported: %v", reported)
	}
}
