package rt_test

// This file tests that no error is lost silently and none is reported twice.

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

// unretrievedOf runs body and returns the errors that are reported by the end of the loop.
func unretrievedOf(t *testing.T, body func() error, opts ...rt.Option) []error {
	t.Helper()
	var r reports
	l := testbed.NewLoop(t, append(opts, r.option())...)
	if _, err := rt.RunUntilComplete(l, do(body)); err != nil {
		t.Error(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	return r.errs
}

func TestUnretrievedErrorOfATask(t *testing.T) {
	got := unretrievedOf(t, func() error {
		spawn(func() error { return errMine }).SetName("forgotten")
		return wait(rt.Sleep(ms))
	})
	var e *rt.UnretrievedError
	if len(got) != 1 || !errors.As(got[0], &e) || e.Task != "forgotten (do)" || !errors.Is(e, errMine) {
		t.Errorf("reported: %v", got)
	}
	got = unretrievedOf(t, func() error {
		spawn(func() error { return errMine })
		return wait(rt.Sleep(ms))
	}, rt.WithDebug())
	if len(got) != 1 || !strings.Contains(got[0].Error(), "spawned by rt_test.spawn ") {
		t.Errorf("reported in debug mode: %v", got)
	}
}

// The report says the coroutine although the task ended before it was known that nobody would
// ask for the result.
func TestUnretrievedErrorSaysTheCoroutine(t *testing.T) {
	for name, body := range map[string]func() error{
		"Wait": func() error {
			return wait(rt.Wait(rt.AllDone, spawn(func() error { return errMine })))
		},
		"Select": func() error {
			f := new(rt.Future[int])
			task := spawn(func() error { f.Set(1); return errMine })
			return wait(rt.SelectInOrder(rt.On(f), rt.On(task)))
		},
		"Race": func() error {
			slow := do(func() error { return errors.Join(wait(rt.Sleep(time.Hour)), errMine) })
			return wait(rt.Race[rt.Void](fails(ms, nil), slow))
		},
		"AsCompleted": func() error {
			c := rt.AsCompleted[rt.Void](rt.Current(), do(func() error { return errMine }))
			err := wait(rt.Sleep(ms))
			c.Close()
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := unretrievedOf(t, func() error { return errors.Join(body(), wait(rt.Sleep(ms))) })
			var e *rt.UnretrievedError
			if len(got) != 1 || !errors.As(got[0], &e) || !strings.HasSuffix(e.Task, " (do)") {
				t.Errorf("reported: %v", got)
			}
		})
	}
}

// A task that has failed forgets its coroutine when its result is asked for.
func TestRetrievedTaskForgetsItsCoroutine(t *testing.T) {
	run(t, func() error {
		var member *rt.TaskOf[rt.Void]
		inGroup(func(g *rt.TaskGroup) error {
			member = rt.SpawnIn(g, do(func() error { return errMine }))
			return nil
		})
		if member.String() != "task-2 (do)" || len(member.Chain()) > 0 {
			return fmt.Errorf("%s has ended, and stands at %v", member, member.Chain())
		}
		member.Failure()
		return want(member.String() == "task-2", "it is still %s", member)
	})
}

// The error is reported before the loop ends.
func TestUnretrievedErrorIsReportedWhenNothingRefersToTheTask(t *testing.T) {
	var r reports
	l := testbed.NewLoop(t, r.option())
	_, err := rt.RunUntilComplete(l, do(func() error {
		spawn(func() error { return errMine })
		for len(r.errs) == 0 {
			if err := wait(rt.Yield()); err != nil {
				return err
			}
			runtime.GC()
		}
		return nil
	}))
	if err := errors.Join(err, l.Close()); err != nil || len(r.errs) != 1 || !errors.Is(r.errs[0], errMine) {
		t.Errorf("%v; reported: %v", err, r.errs)
	}
}

func TestErrorsThatAreNotReported(t *testing.T) {
	for name, body := range map[string]func() error{
		"awaited": func() error {
			if err := wait(spawn(func() error { return errMine })); err != errMine {
				return err
			}
			return nil
		},
		"awaited later": func() error {
			task := spawn(func() error { return errMine })
			wait(rt.Sleep(ms))
			if err := wait(task); err != errMine {
				return err
			}
			return nil
		},
		"asked for by Result": func() error {
			task := spawn(func() error { return errMine })
			wait(rt.Sleep(ms))
			_, err, done := task.Result()
			return want(err == errMine && done, "%v", err)
		},
		"asked for by Failure": func() error {
			task := spawn(func() error { return errMine })
			wait(rt.Sleep(ms))
			return want(task.Failure() == errMine, "%v", task.Failure())
		},
		"no error": func() error { spawn(func() error { return nil }); return wait(rt.Sleep(ms)) },
		"cancelled": func() error {
			spawn(func() error { return wait(rt.Sleep(time.Hour)) }).Cancel(nil)
			return wait(rt.Sleep(ms))
		},
		"cancelled at the end": func() error {
			spawn(func() error { return wait(rt.Sleep(time.Hour)) })
			return wait(rt.Sleep(ms))
		},
		"end of a stream": func() error { spawn(func() error { return io.EOF }); return wait(rt.Sleep(ms)) },
		"of a group": func() error {
			return wantErrs(inGroup(func(g *rt.TaskGroup) error {
				rt.SpawnIn(g, cleanup(0, errMine))
				rt.SpawnIn(g, cleanup(0, errOther))
				return nil
			}), errMine, errOther)
		},
		"gathered": func() error { return wantErrs(wait(rt.Gather[rt.Void](fails(0, errMine), fails(ms, nil))), errMine) },
	} {
		t.Run(name, func(t *testing.T) {
			if got := unretrievedOf(t, body); len(got) > 0 {
				t.Errorf("reported: %v", got)
			}
		})
	}
}

func TestUnretrievedErrorOfAFuture(t *testing.T) {
	testbed.Clean(t)
	errSeen, errLost, errLast := errors.New("seen"), errors.New("lost"), errors.New("last")
	reported := make(chan error, 100)
	before := rt.HandleUnhandled(func(err error) {
		if errors.Is(err, errSeen) || errors.Is(err, errLost) || errors.Is(err, errLast) { // and not that of another test
			reported <- err
		}
	})
	t.Cleanup(func() { rt.HandleUnhandled(before) })

	rt.NewFuture[int]() // a future that nobody sets
	rt.NewFuture[int]().Set(42)
	func() {
		retrieved := rt.NewFuture[int]()
		retrieved.Fail(errSeen)
		retrieved.Result()
		rt.NewFuture[int]().Cancel(errSeen)
	}()
	for _, err := range []error{errLost, errLast} { // no other completion comes in between
		func() { rt.NewFuture[int]().Fail(err) }()
		for len(reported) == 0 {
			runtime.GC()
		}
		if got := <-reported; !errors.Is(got, err) || !strings.HasPrefix(got.Error(), "a future failed") {
			t.Errorf("reported: %v, want %v", got, err)
		}
	}
}

func TestUnretrievedErrorsOfCompletions(t *testing.T) {
	got := unretrievedOf(t, func() error {
		c := rt.AsCompleted[rt.Void](rt.Current(), fails(0, nil), fails(ms, errMine), cleanup(time.Hour, errOther))
		if err := errors.Join(wait(c.Next()), wait(rt.Sleep(2*ms))); err != nil {
			return err
		}
		c.Close()
		return wait(rt.Sleep(ms))
	})
	if len(got) != 2 || !errors.Is(got[0], errMine) || !errors.Is(got[1], errOther) {
		t.Errorf("reported: %v", got)
	}
}
