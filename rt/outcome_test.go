package rt_test

// This file tests what counts as a cancellation, and what as a failure: a failure
// that is joined with a cancellation must not be lost.

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
)

var errFlush = errors.New("flush failed: data lost")

// trees are ways to put the error of an await that was cancelled together with
// others: by name, and whether that still is a cancellation.
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
	{"joined with a failure", func(c error) error { return errors.Join(c, errFlush) }, false},
	{"joined with a failure, the other way round", func(c error) error { return errors.Join(errFlush, c) }, false},
	{"several %w", func(c error) error { return fmt.Errorf("%w, then %w", c, errFlush) }, false},
	{"deep", func(c error) error {
		return fmt.Errorf("save: %w", errors.Join(c, fmt.Errorf("close: %w", errors.Join(c, errFlush))))
	}, false},
	{"a group of both", func(c error) error { return &rt.GroupError{Errs: []error{c, errFlush}} }, false},
	{"joined with a timeout", func(c error) error { return errors.Join(c, &rt.CanceledError{Timeout: true}, errFlush) }, false},
}

// saves returns a coroutine that sleeps, and when that ends returns what of makes
// of its error.
func saves(of func(error) error) rt.Coroutine[rt.Void] {
	return do(func() error { return of(wait(rt.Sleep(time.Hour))) })
}

// Each place that looks at the error of a task or a future tells failures from
// cancellations in the same way.
func TestFailureJoinedWithCancellation(t *testing.T) {
	places := []struct {
		name string
		body func(x func() rt.Coroutine[rt.Void]) error // returns the error with the failure in it
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
					t.Errorf("the failure is lost: the error is %v, reported were %v", err, reported)
				}
				if tree.cancel && len(reported) > 0 {
					t.Errorf("a cancellation was reported: %v", reported)
				}
			})
		}
	}
}

// without returns what err tells besides that, which it must.
func without(that, err error) error {
	if !errors.Is(err, that) {
		return fmt.Errorf("error is %v, want %v in it", err, that)
	}
	if g, ok := err.(*rt.GroupError); ok {
		return errors.Join(slices.DeleteFunc(slices.Clone(g.Errs), func(err error) bool { return err == that })...)
	}
	return nil
}

func TestCancelledMeansNothingElse(t *testing.T) {
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
				defer f.Result() // so that it is not reported
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

// A race with a winner is not about how the losers clean up; that they could not is
// reported.
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

// Several loops at once are a group, too.
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
