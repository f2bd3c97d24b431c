package rt_test

// This file tests task groups. Tests whose names end in a number port cases of CPython's
// test_taskgroups: see testdata/asyncio/taskgroups.txt.

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

var (
	errZero  = errors.New("division by zero")
	errMine  = errors.New("my error")
	errOther = errors.New("other error")
)

// inGroup runs body in a task group of the current task, as a function does that never leaves
// its tasks behind.
func inGroup(body func(g *rt.TaskGroup) error) error { return in(rt.Current().OpenGroup(), body) }

func in(g *rt.TaskGroup, body func(g *rt.TaskGroup) error) error {
	g.Fail(body(g))
	return wait(g.Join())
}

// fails returns a coroutine that fails with err after d.
func fails(d time.Duration, err error) rt.Coroutine[rt.Void] {
	return do(func() error {
		if err := wait(rt.Sleep(d)); err != nil {
			return err
		}
		return err
	})
}

// cleanup returns a coroutine that sleeps for d and then fails with err, whatever happens to
// the sleep.
func cleanup(d time.Duration, err error) rt.Coroutine[rt.Void] {
	return do(func() error { wait(rt.Sleep(d)); return err })
}

// cancelledSoon spawns body as a task, cancels it after 100 ms and returns its
// error.
func cancelledSoon(body func() error) error {
	task := spawn(body)
	if err := wait(rt.Sleep(100 * ms)); err != nil {
		return err
	}
	if task.Done() {
		return errors.New("it ended before it was cancelled")
	}
	task.Cancel(errCause)
	return wait(task)
}

// wantErrs checks that err consists of exactly the given errors.
func wantErrs(err error, want ...error) error {
	got := []error{err}
	var group *rt.GroupError
	if errors.As(err, &group) {
		got = group.Errs
	}
	if len(got) != len(want) {
		return fmt.Errorf("error is %v, want %v", err, want)
	}
	for _, w := range want {
		if !slices.ContainsFunc(got, func(e error) bool { return errors.Is(e, w) }) {
			return fmt.Errorf("error is %v, want %v", err, want)
		}
	}
	return nil
}

func TestTaskGroup(t *testing.T) {
	cases := []struct {
		name string
		body func() error
	}{
		{"waits for all 01", func() error {
			var a, b *rt.TaskOf[int]
			err := inGroup(func(g *rt.TaskGroup) error {
				a = rt.SpawnIn(g, after(100*ms, 42))
				b = rt.SpawnIn(g, after(200*ms, 11))
				return nil
			})
			v, _, _ := a.Result()
			w, _, _ := b.Result()
			return errors.Join(err, want(v == 42 && w == 11, "results are %d, %d", v, w))
		}},
		{"waits for those started later 02", func() error {
			var b *rt.TaskOf[int]
			err := inGroup(func(g *rt.TaskGroup) error {
				rt.SpawnIn(g, after(100*ms, 42))
				err := wait(rt.Sleep(150 * ms))
				b = rt.SpawnIn(g, after(200*ms, 11))
				return err
			})
			w, _, done := b.Result()
			return errors.Join(err, want(done && w == 11, "result is %d", w))
		}},
		{"a cancelled member is no failure 03", func() error {
			var a, b *rt.TaskOf[int]
			err := inGroup(func(g *rt.TaskGroup) error {
				a = rt.SpawnIn(g, after(time.Second, 42))
				err := wait(rt.Sleep(150 * ms))
				a.Cancel(nil)
				b = rt.SpawnIn(g, after(200*ms, 11))
				return err
			})
			w, _, _ := b.Result()
			return errors.Join(err, want(isCanceled(a.Failure()) && w == 11, "results are %v, %d", a.Failure(), w))
		}},
		{"failure cancels the others 04", func() error {
			var b *rt.TaskOf[rt.Void]
			err := inGroup(func(g *rt.TaskGroup) error {
				rt.SpawnIn(g, fails(100*ms, errZero))
				b = rt.SpawnIn(g, fails(time.Second, nil))
				return nil
			})
			return errors.Join(wantErrs(err, errZero), want(isCanceled(b.Failure()), "the other: %v", b.Failure()))
		}},
		{"failure cancels the owner 05", func() error {
			var owner error
			err := inGroup(func(g *rt.TaskGroup) error {
				rt.SpawnIn(g, fails(100*ms, errZero))
				rt.SpawnIn(g, fails(5*time.Second, nil))
				owner = wait(rt.Sleep(10 * time.Second))
				return owner
			})
			return errors.Join(wantErrs(err, errZero), want(isCanceled(owner) && errors.Is(owner, errZero), "the owner: %v", owner),
				rt.Current().Err())
		}},
		{"errors of one moment are joined", func() error {
			// All three fail in the same turn, before any of them learns of the others.
			err := inGroup(func(g *rt.TaskGroup) error {
				for _, err := range []error{errZero, errMine, errOther} {
					rt.SpawnIn(g, fails(100*ms, err))
				}
				return nil
			})
			return wantErrs(err, errZero, errMine, errOther)
		}},
		{"cancelled from outside 06", func() error {
			n := 0
			err := cancelledSoon(func() error {
				return inGroup(func(g *rt.TaskGroup) error {
					for range 5 {
						rt.SpawnIn(g, do(func() error { err := wait(rt.Sleep(5 * time.Second)); n++; return err }))
					}
					return nil
				})
			})
			return want(errors.Is(err, errCause) && isCanceled(err) && n == 5, "error is %v, %d were cancelled", err, n)
		}},
		{"cancelled from outside while the owner works 07", func() error {
			n := 0
			err := cancelledSoon(func() error {
				return inGroup(func(g *rt.TaskGroup) error {
					for range 5 {
						rt.SpawnIn(g, do(func() error { err := wait(rt.Sleep(5 * time.Second)); n++; return err }))
					}
					err := wait(rt.Sleep(10 * time.Second))
					n += 10
					return err
				})
			})
			return want(isCanceled(err) && n == 15, "error is %v, %d", err, n)
		}},
		{"errors in cleaning up win over the cancellation 08", func() error {
			err := cancelledSoon(func() error {
				return inGroup(func(g *rt.TaskGroup) error {
					for range 3 {
						rt.SpawnIn(g, cleanup(10*time.Second, errZero))
					}
					return wait(rt.Sleep(10 * time.Second))
				})
			})
			return wantErrs(err, errZero, errZero, errZero)
		}},
		{"failure of the owner cancels the tasks 09", func() error {
			var a, b *rt.TaskOf[int]
			err := inGroup(func(g *rt.TaskGroup) error {
				a = rt.SpawnIn(g, after(time.Second, 42))
				b = rt.SpawnIn(g, after(2*time.Second, 11))
				if err := wait(rt.Sleep(100 * ms)); err != nil {
					return err
				}
				return errZero
			})
			return errors.Join(wantErrs(err, errZero), want(isCanceled(a.Failure()) && isCanceled(b.Failure()), "tasks: %v, %v", a.Failure(), b.Failure()))
		}},
		{"failure of the owner before the tasks have begun 10", func() error {
			began := 0
			err := inGroup(func(g *rt.TaskGroup) error {
				for range 2 {
					rt.SpawnIn(g, do(func() error { began++; return wait(rt.Sleep(time.Second)) }))
				}
				return errZero
			})
			// A task that is cancelled before its first step still begins.
			return errors.Join(wantErrs(err, errZero), want(began == 2 && rt.Current().Loop().Time() == 0, "%d began", began))
		}},
		{"nested cancelled from outside 11", func() error {
			err := cancelledSoon(func() error {
				return inGroup(func(*rt.TaskGroup) error {
					return inGroup(func(g *rt.TaskGroup) error {
						rt.SpawnIn(g, cleanup(10*time.Second, errZero))
						return wait(rt.Sleep(10 * time.Second))
					})
				})
			})
			return wantErrs(err, errZero)
		}},
		{"nested with a task in each cancelled from outside 12", func() error {
			err := cancelledSoon(func() error {
				return inGroup(func(outer *rt.TaskGroup) error {
					rt.SpawnIn(outer, rt.Sleep(10*time.Second))
					return inGroup(func(g *rt.TaskGroup) error {
						rt.SpawnIn(g, cleanup(10*time.Second, errZero))
						return wait(rt.Sleep(10 * time.Second))
					})
				})
			})
			return wantErrs(err, errZero)
		}},
		{"failure in the outer group ends the inner 13", func() error {
			var inner error
			err := inGroup(func(outer *rt.TaskGroup) error {
				rt.SpawnIn(outer, fails(100*ms, errMine))
				inner = inGroup(func(g *rt.TaskGroup) error {
					rt.SpawnIn(g, fails(10*time.Second, errOther))
					return nil
				})
				return inner
			})
			return errors.Join(wantErrs(err, errMine), want(isCanceled(inner), "the inner group: %v", inner))
		}},
		{"failure in the inner group ends the outer 14", func() error {
			err := inGroup(func(outer *rt.TaskGroup) error {
				rt.SpawnIn(outer, fails(10*time.Second, errOther))
				return inGroup(func(g *rt.TaskGroup) error {
					rt.SpawnIn(g, fails(100*ms, errMine))
					return nil
				})
			})
			return errors.Join(wantErrs(err, errMine), want(rt.Current().Loop().Time() == 100*ms, "it took %v", rt.Current().Loop().Time()))
		}},
		{"failure while the owner cleans up 15", func() error {
			err := cancelledSoon(func() error {
				return inGroup(func(g *rt.TaskGroup) error {
					rt.SpawnIn(g, rt.Shield(fails(300*ms, errZero)))
					err := wait(rt.Sleep(10 * time.Second))
					return errors.Join(wait(rt.Shield(rt.Sleep(500*ms))), err)
				})
			})
			return wantErrs(err, errZero)
		}},
		{"failure while the owner cleans up one task further 16", func() error {
			// Cancelling the await of a task does not cancel the task, so cancel both.
			err := cancelledSoon(func() error {
				inner := spawn(func() error {
					return inGroup(func(g *rt.TaskGroup) error {
						rt.SpawnIn(g, rt.Shield(fails(300*ms, errZero)))
						err := wait(rt.Sleep(10 * time.Second))
						return errors.Join(wait(rt.Shield(rt.Sleep(500*ms))), err)
					})
				})
				return wait(rt.WaitFor(time.Hour, inner))
			})
			return wantErrs(err, errZero)
		}},
		{"without tasks cancelled from outside 17", func() error {
			n := 0
			err := cancelledSoon(func() error {
				return inGroup(func(*rt.TaskGroup) error {
					err := wait(rt.Sleep(10 * time.Second))
					n += 10
					return err
				})
			})
			return want(isCanceled(err) && n == 10, "error is %v, %d", err, n)
		}},
		{"the owner answers the cancellation by a failure 18", func() error {
			err := cancelledSoon(func() error {
				return inGroup(func(*rt.TaskGroup) error {
					wait(rt.Sleep(10 * time.Second))
					return errMine
				})
			})
			return wantErrs(err, errMine)
		}},
		{"both the owner and a task fail 19", func() error {
			err := inGroup(func(g *rt.TaskGroup) error {
				rt.SpawnIn(g, fails(100*ms, errZero))
				wait(rt.Sleep(10 * time.Second))
				return errMine
			})
			return wantErrs(err, errMine, errZero)
		}},
		{"a panic of the owner and a failure 20", func() error {
			ended := false
			v := panicOf(func() {
				func() (err error) {
					g := rt.Current().OpenGroup()
					defer func() {
						g.Fail(err)
						err = wait(g.Join())
						ended = g.Len() == 0
					}()
					rt.SpawnIn(g, fails(100*ms, errZero))
					wait(rt.Sleep(10 * time.Second))
					panic(errMine)
				}()
			})
			return errors.Join(want(v == errMine && ended, "panic %v, all ended: %v", v, ended), wait(rt.Yield()))
		}},
		{"a panic of a task 21", func() error {
			var owner error
			v := panicOf(func() {
				inGroup(func(g *rt.TaskGroup) error {
					rt.SpawnIn(g, do(func() error { wait(rt.Sleep(100 * ms)); return bug(errMine) }))
					owner = wait(rt.Sleep(10 * time.Second))
					return owner
				})
			})
			return want(v == errMine && isCanceled(owner), "panic %v, the owner: %v", v, owner)
		}},
		{"cancelled at once 22", func() error {
			task := spawn(func() error {
				return inGroup(func(g *rt.TaskGroup) error {
					rt.SpawnIn(g, after(time.Second, 42))
					rt.SpawnIn(g, after(2*time.Second, 11))
					return nil
				})
			})
			if err := wait(rt.Sleep(50 * ms)); err != nil {
				return err
			}
			task.Cancel(nil)
			err := wait(task)
			return want(isCanceled(err), "error is %v", err)
		}},
		{"does not keep what has ended 23", func() error {
			return inGroup(func(g *rt.TaskGroup) error {
				for range 10 {
					wait(rt.Sleep(100 * ms))
					rt.SpawnIn(g, rt.Sleep(300*ms))
					if g.Len() > 4 {
						return fmt.Errorf("%d tasks", g.Len())
					}
				}
				wait(rt.Sleep(1350 * ms))
				for range 1000 {
					rt.SpawnIn(g, rt.Yield())
					wait(rt.Sleep(ms))
				}
				return want(g.Len() == 0 && rt.GroupMembers(g) < 100, "%d tasks, %d kept", g.Len(), rt.GroupMembers(g))
			})
		}},
		{"tasks start tasks 24", func() error {
			ended := 0
			part := func(d time.Duration) rt.Coroutine[rt.Void] {
				return do(func() error { err := wait(rt.Sleep(d)); ended++; return err })
			}
			err := inGroup(func(g *rt.TaskGroup) error {
				rt.SpawnIn(g, do(func() error {
					err := wait(rt.Sleep(100 * ms))
					rt.SpawnIn(g, part(100*ms))
					rt.SpawnIn(g, part(200*ms))
					return err
				}))
				return nil
			})
			return errors.Join(err, want(ended == 2, "%d ended", ended))
		}},
		{"hydra 25", func() error {
			heads := 0
			err := inGroup(func(g *rt.TaskGroup) error {
				var hydra func() error
				hydra = func() error {
					heads++
					if err := wait(rt.Sleep(10 * ms)); err != nil {
						return err
					}
					rt.SpawnIn(g, do(hydra))
					rt.SpawnIn(g, do(hydra))
					return nil
				}
				rt.SpawnIn(g, do(hydra))
				rt.SpawnIn(g, do(func() error {
					for heads < 10 {
						if err := wait(rt.Sleep(15 * ms)); err != nil {
							return err
						}
					}
					return errZero
				}))
				return nil
			})
			return errors.Join(wantErrs(err, errZero), want(heads >= 10, "%d heads", heads))
		}},
		{"names of tasks", func() error {
			return inGroup(func(g *rt.TaskGroup) error {
				task := rt.SpawnIn(g, rt.Yield())
				task.SetName("yolo")
				return want(task.Name() == "yolo" && task.Parent() == rt.Current(), "%v of %v", task, task.Parent())
			})
		}},
		{"a task started after a failure begins cancelled", func() error {
			var late *rt.TaskOf[rt.Void]
			err := inGroup(func(g *rt.TaskGroup) error {
				rt.SpawnIn(g, fails(ms, errZero))
				rt.SpawnIn(g, do(func() error {
					err := wait(rt.Sleep(time.Second))
					late = rt.SpawnIn(g, rt.Sleep(time.Second))
					return err
				}))
				return nil
			})
			return errors.Join(wantErrs(err, errZero), want(late.Done() && isCanceled(late.Failure()), "it ended with %v", late.Failure()))
		}},
		{"the owner fails while it leaves", func() error {
			err := inGroup(func(g *rt.TaskGroup) (err error) {
				defer func() { err = errMine }()
				rt.SpawnIn(g, fails(0, errOther))
				return wait(rt.Sleep(time.Second))
			})
			return errors.Join(wantErrs(err, errMine, errOther), want(rt.Current().Cancelling() == 0, "still cancelled"))
		}},
		{"no tasks after the end", func() error {
			g := rt.Current().OpenGroup()
			if err := wait(g.Join()); err != nil {
				return err
			}
			v := panicOf(func() { rt.SpawnIn(g, rt.Yield()) })
			return errors.Join(want(v != nil, "no panic"), wait(g.Join()))
		}},
		{"leaves no cancellation behind", func() error {
			err := inGroup(func(g *rt.TaskGroup) error { rt.SpawnIn(g, fails(0, errZero)); return nil })
			self := rt.Current()
			return errors.Join(wantErrs(err, errZero), want(self.Cancelling() == 0, "%d", self.Cancelling()), wait(rt.Yield()))
		}},
		{"nested groups both cancelled", func() error {
			err := inGroup(func(outer *rt.TaskGroup) error {
				err := inGroup(func(inner *rt.TaskGroup) error {
					rt.SpawnIn(inner, cleanup(0, errMine))
					rt.SpawnIn(outer, cleanup(0, errOther))
					return nil
				})
				return wantErrs(err, errMine) // the other error is handled
			})
			return errors.Join(wantErrs(err, errOther), rt.Current().Err())
		}},
		{"failed and cancelled", func() error {
			raised := false
			task := spawn(func() error {
				err := inGroup(func(g *rt.TaskGroup) error {
					rt.SpawnIn(g, do(func() error { raised = true; wait(rt.Yield()); return errZero }))
					return wait(rt.Sleep(time.Second))
				})
				if err := wantErrs(err, errZero); err != nil {
					return err
				}
				if n := rt.Current().Cancelling(); n != 1 {
					return fmt.Errorf("%d requests to cancel", n)
				}
				return wait(rt.Sleep(time.Second)) // fails, because the cancellation was from outside
			})
			for !raised {
				wait(rt.Yield())
			}
			task.Cancel(nil)
			err := wait(task)
			return want(isCanceled(err) && task.Cancelling() == 1, "error is %v", err)
		}},
		{"cancelled on purpose", func() error {
			var task *rt.TaskOf[rt.Void]
			err := inGroup(func(g *rt.TaskGroup) error {
				task = rt.SpawnIn(g, rt.Sleep(time.Hour))
				wait(rt.Sleep(ms))
				g.Cancel(errCause)
				return wait(rt.Sleep(time.Hour))
			})
			return errors.Join(err, want(errors.Is(task.Failure(), errCause), "the task: %v", task.Failure()))
		}},
		{"a deadline", func() error {
			err := inGroup(func(g *rt.TaskGroup) error {
				g.Scope().SetTimeout(ms)
				rt.SpawnIn(g, rt.Sleep(time.Hour))
				return nil
			})
			return errors.Join(want(isTimeout(err), "error is %v", err), want(rt.Current().Loop().Time() == ms, "it took %v", rt.Current().Loop().Time()))
		}},
		{"a deadline outside", func() error {
			err := wait(rt.Timeout(ms, do(func() error {
				return inGroup(func(g *rt.TaskGroup) error {
					rt.SpawnIn(g, rt.Sleep(time.Hour))
					rt.SpawnIn(g, rt.Sleep(time.Hour))
					return wait(rt.Sleep(time.Hour))
				})
			})))
			var group *rt.GroupError
			return want(isTimeout(err) && !errors.As(err, &group), "error is %v", err)
		}},
		{"supervised", func() error {
			var a *rt.TaskOf[int]
			err := in(rt.Current().OpenSupervisor(), func(g *rt.TaskGroup) error {
				rt.SpawnIn(g, fails(ms, errZero))
				a = rt.SpawnIn(g, after(5*ms, 42))
				rt.SpawnIn(g, fails(3*ms, errMine))
				return wait(rt.Sleep(4 * ms))
			})
			v, _, _ := a.Result()
			return errors.Join(wantErrs(err, errZero, errMine), want(v == 42, "result is %d", v))
		}},
		{"left without Join", func() error {
			var inner *rt.TaskOf[rt.Void]
			task := spawn(func() error {
				g := rt.Current().OpenGroup()
				inner = rt.SpawnIn(g, rt.Sleep(time.Hour))
				return wait(rt.Sleep(ms))
			})
			if err := wait(task); err != nil {
				return err
			}
			err := wait(rt.Sleep(ms))
			return errors.Join(err, want(inner.Done() && isCanceled(inner.Failure()), "the task: %v", inner.Failure()))
		}},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) { run(t, test.body) })
	}
}

// want returns an error unless ok.
func want(ok bool, format string, args ...any) error {
	if ok {
		return nil
	}
	return fmt.Errorf(format, args...)
}

func TestStartIn(t *testing.T) {
	run(t, func() error {
		g := rt.Current().OpenGroup()
		l := rt.Current().Loop()
		ended := false
		v, err := rt.Block(rt.StartIn(g, func(s *rt.Starting[string]) rt.Expr[rt.Void] {
			return do(func() error {
				wait(rt.Sleep(2 * ms))
				s.Started("ready")
				if v := panicOf(func() { s.Started("again") }); v == nil {
					t.Error("Started twice does not panic")
				}
				err := wait(rt.Sleep(5 * ms))
				ended = true
				return err
			})
		}))
		if v != "ready" || err != nil || l.Time() != 2*ms || g.Len() != 1 {
			return fmt.Errorf("%q, %v at %v with %d tasks", v, err, l.Time(), g.Len())
		}
		err = wait(g.Join())
		return errors.Join(err, want(ended && l.Time() == 7*ms, "not waited for"))
	})
}

func TestStartInFails(t *testing.T) {
	starts := func(d time.Duration, err error) func(*rt.Starting[int]) rt.Expr[rt.Void] {
		return func(*rt.Starting[int]) rt.Expr[rt.Void] { return fails(d, err) }
	}
	run(t, func() error {
		return inGroup(func(g *rt.TaskGroup) error {
			// A failure before Started is a failure of StartIn and not of the group.
			if err := wait(rt.StartIn(g, starts(ms, errMine))); err != errMine {
				return fmt.Errorf("error is %v", err)
			}
			if err := wait(rt.StartIn(g, starts(ms, nil))); err != rt.ErrNotStarted {
				return fmt.Errorf("error is %v", err)
			}
			if err := wait(rt.Timeout(ms, rt.StartIn(g, starts(time.Hour, nil)))); !isTimeout(err) {
				return fmt.Errorf("error is %v", err)
			}
			return wait(rt.Yield())
		})
	})
}

// After Started, the task is a member of the group: its failure is a failure of the group, and
// a cancellation of StartIn has no effect on it.
func TestStartInMovesTheTask(t *testing.T) {
	run(t, func() error {
		var inner error
		err := inGroup(func(g *rt.TaskGroup) error {
			s := rt.Current().OpenScope()
			_, err := rt.Block(rt.StartIn(g, func(st *rt.Starting[int]) rt.Expr[rt.Void] {
				return do(func() error {
					own := rt.Current().OpenScope()
					defer own.Close()
					st.Started(1)
					inner = wait(rt.Sleep(5 * ms))
					return errMine
				})
			}))
			s.Cancel(nil)
			s.Close()
			if err != nil {
				return err
			}
			return wait(rt.Sleep(time.Hour))
		})
		return errors.Join(wantErrs(err, errMine), inner)
	})
}

// A timeout around Join ends the tasks and nothing else.
func TestJoinIsCancelled(t *testing.T) {
	for name, test := range map[string]struct {
		join  func(g *rt.TaskGroup) error
		right func(err error) bool
	}{
		"timeout": {
			func(g *rt.TaskGroup) error { return wait(rt.Timeout(ms, g.Join())) },
			isTimeout,
		},
		"scope": {
			func(g *rt.TaskGroup) error {
				s := rt.Current().OpenScope()
				defer s.Close()
				rt.Current().Loop().CallLater(ms, func() { s.Cancel(errCause) })
				return wait(g.Join())
			},
			func(err error) bool { return isCanceled(err) && errors.Is(err, errCause) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func() error {
				self := rt.Current()
				g := self.OpenGroup()
				cleaned := false
				member := rt.SpawnIn(g, do(func() error {
					err := wait(rt.Sleep(time.Hour))
					wait(rt.Shield(rt.Sleep(ms)))
					cleaned = true
					return err
				}))
				err := test.join(g)
				return errors.Join(want(test.right(err) && test.right(member.Failure()), "%v, the task %v", err, member.Failure()),
					want(cleaned && self.Loop().Time() == 2*ms, "at %v, waited: %v", self.Loop().Time(), cleaned),
					wait(rt.Yield()))
			})
		})
	}
	t.Run("the tasks end all the same", func(t *testing.T) {
		run(t, func() error {
			g := rt.Current().OpenGroup()
			member := rt.SpawnIn(g, machine.Lockstep(func() (int, error) { wait(rt.Sleep(time.Hour)); return 7, nil }))
			err := wait(rt.Timeout(ms, g.Join()))
			v, _, _ := member.Result()
			return errors.Join(err, want(v == 7, "%d", v))
		})
	})
	t.Run("a shield hides it", func(t *testing.T) {
		run(t, func() error {
			self := rt.Current()
			g := self.OpenGroup()
			rt.SpawnIn(g, rt.Sleep(2*ms))
			err := wait(rt.Timeout(ms, rt.Shield(g.Join())))
			return errors.Join(err, want(self.Loop().Time() == 2*ms, "at %v", self.Loop().Time()))
		})
	})
}

// Nobody waits for the tasks of a scope that was left. Their errors are reported, unless
// somebody asks for them after all.
func TestErrorsOfAbandonedTasks(t *testing.T) {
	for _, join := range []bool{false, true} {
		got := unretrievedOf(t, func() error {
			outer := rt.Current().OpenScope()
			g := rt.Current().OpenGroup()
			rt.SpawnIn(g, cleanup(time.Hour, errMine))
			rt.SpawnIn(g, rt.Sleep(time.Hour))
			if err := wait(rt.Sleep(ms)); err != nil {
				return err
			}
			outer.Close()
			if join {
				return wantErrs(wait(g.Join()), errMine)
			}
			return wait(rt.Sleep(ms))
		})
		if join && len(got) > 0 || !join && (len(got) != 1 || !errors.Is(got[0], errMine)) {
			t.Errorf("Join: %v; reported: %v", join, got)
		}
	}
}

// A shielded task that calls Started when its group is over does not go on unnoticed.
func TestStartInAGroupThatIsOver(t *testing.T) {
	run(t, func() error {
		g := rt.Current().OpenGroup()
		rt.SpawnIn(g, rt.Sleep(ms))
		var after error
		starter := spawn(func() error {
			return wait(rt.StartIn(g, func(s *rt.Starting[int]) rt.Expr[rt.Void] {
				return do(func() error {
					if err := wait(rt.Shield[rt.Void](rt.Sleep(2 * ms))); err != nil {
						return err
					}
					s.Started(1)
					after = wait(rt.Sleep(time.Hour))
					return after
				})
			}))
		})
		if err := wait(rt.Yield()); err != nil { // the task starts
			return err
		}
		if err := wait(g.Join()); err != nil {
			return err
		}
		err := wait(starter)
		if v := panicOf(func() {
			wait(rt.StartIn(g, func(*rt.Starting[int]) rt.Expr[rt.Void] { return rt.Yield() }))
		}); v == nil {
			return errors.New("a group that is over takes a task")
		}
		return want(isCanceled(err) && err == after && strings.Contains(err.Error(), "is over"), "error is %v, in the task %v", err, after)
	})
}

// The error with which the owner ends is returned, even if it is not a failure.
func TestOwnerOfAGroupEnds(t *testing.T) {
	for name, body := range map[string]func() error{
		"cancelled elsewhere": func() error {
			task := spawn(func() error { return wait(rt.Sleep(time.Hour)) })
			task.Cancel(errCause)
			return wait(task)
		},
		"end of a stream": func() error { return io.EOF },
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func() error {
				var ended error
				var member *rt.TaskOf[rt.Void]
				err := inGroup(func(g *rt.TaskGroup) error {
					member = rt.SpawnIn(g, rt.Sleep(time.Hour))
					ended = body()
					return ended
				})
				return errors.Join(want(err == ended && err != nil, "%v", err), want(member.Cancelled(), "the task: %v", member.Failure()))
			})
		})
	}
	t.Run("a task fails as well", func(t *testing.T) {
		run(t, func() error {
			return wantErrs(inGroup(func(g *rt.TaskGroup) error {
				rt.SpawnIn(g, cleanup(time.Hour, errMine))
				return io.EOF
			}), errMine)
		})
	})
}

// A task that panics with the error of its cancellation has panicked.
func TestPanicWithACancellation(t *testing.T) {
	run(t, func() error {
		must := do(func() error {
			if err := wait(rt.Sleep(time.Hour)); err != nil {
				panic(err)
			}
			return nil
		})
		v := panicOf(func() {
			inGroup(func(g *rt.TaskGroup) error {
				rt.SpawnIn(g, must)
				if err := wait(rt.Sleep(ms)); err != nil {
					return err
				}
				g.Cancel(errCause)
				return nil
			})
		})
		err, _ := v.(error)
		return want(errors.Is(err, errCause), "panic with %v", v)
	})
}

// Another goroutine reads the scopes of a task while Started moves it. The race detector checks
// this.
func TestStartedWhileAContextIsRead(t *testing.T) {
	run(t, func() error {
		g := rt.Current().OpenGroup()
		g.Scope().SetTimeout(time.Hour)
		want, _ := g.Scope().Deadline()
		err := wait(rt.Timeout(2*time.Hour, rt.StartIn(g, func(st *rt.Starting[int]) rt.Expr[rt.Void] {
			return do(func() error {
				s := rt.Current().OpenScope()
				defer s.Close()
				asked, stop := make(chan int), make(chan int)
				go func() {
					defer close(asked)
					for i := 0; ; i++ {
						s.Deadline()
						s.Value("key")
						select {
						case <-stop:
							return
						case asked <- i:
						default:
							runtime.Gosched() // under js, other goroutines get no turn otherwise
						}
					}
				}()
				<-asked
				st.Started(1)
				<-asked
				close(stop)
				for range asked {
				}
				if d, ok := s.Deadline(); !ok || !d.Equal(want) {
					return fmt.Errorf("the deadline is %v, not that of the group", d)
				}
				return nil
			})
		})))
		return errors.Join(err, wait(g.Join()))
	})
}

// A function that has joined its group joins it again in a deferred call. The result of the
// function stays the same.
func TestJoinAgain(t *testing.T) {
	ended := func(body func(g *rt.TaskGroup) error) (err error) {
		g := rt.Current().OpenGroup()
		defer func() {
			g.Fail(err)
			err = wait(g.Join())
		}()
		return body(g)
	}
	run(t, func() error {
		after := ended(func(g *rt.TaskGroup) error {
			if err := wait(g.Join()); err != nil {
				return err
			}
			return errMine
		})
		cut := ended(func(g *rt.TaskGroup) error {
			rt.SpawnIn(g, rt.Sleep(time.Hour))
			return wait(rt.Timeout(ms, g.Join()))
		})
		ignored := ended(func(g *rt.TaskGroup) error {
			rt.SpawnIn(g, fails(ms, errOther))
			wait(g.Join())
			return nil
		})
		return errors.Join(want(after == errMine, "after the group: %v", after), want(isTimeout(cut), "cut short: %v", cut),
			want(ignored == errOther, "ignored: %v", ignored))
	})
}

// A task that is being started in a group is cancelled when the group ends, however it ends.
func TestStartInAGroupThatEnds(t *testing.T) {
	for name, end := range map[string]func(g *rt.TaskGroup) error{
		"failed and joined": func(g *rt.TaskGroup) error {
			rt.SpawnIn(g, fails(ms, errMine))
			return wantErrs(wait(g.Join()), errMine)
		},
		"cancelled and joined": func(g *rt.TaskGroup) error { g.Cancel(nil); return wait(g.Join()) },
		"joined":               func(g *rt.TaskGroup) error { return wait(g.Join()) },
		"left":                 func(g *rt.TaskGroup) error { g.Scope().Close(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func() error {
				var g *rt.TaskGroup
				var cause error
				cleaned := false
				owner := spawn(func() error {
					g = rt.Current().OpenGroup()
					wait(rt.Sleep(ms))
					return end(g)
				})
				for g == nil {
					wait(rt.Yield())
				}
				err := wait(rt.StartIn(g, func(*rt.Starting[int]) rt.Expr[rt.Void] {
					return do(func() error {
						defer func() { cleaned = true }()
						cause = wait(rt.Sleep(time.Hour))
						return cause
					})
				}))
				now := rt.Current().Loop().Time()
				return errors.Join(wait(owner),
					want(isCanceled(err) && err == cause && cleaned, "%v, cleaned up: %v", err, cleaned),
					want(strings.Contains(err.Error(), "is over"), "%v", err),
					want(now <= 2*ms, "it went on until %v", now))
			})
		})
	}
	t.Run("another start goes on", func(t *testing.T) {
		run(t, func() error {
			return inGroup(func(g *rt.TaskGroup) error {
				return inGroup(func(inner *rt.TaskGroup) error {
					starting := spawn(func() error {
						return wait(rt.StartIn(g, func(s *rt.Starting[int]) rt.Expr[rt.Void] {
							return do(func() error {
								err := wait(rt.Sleep(ms))
								s.Started(1)
								return err
							})
						}))
					})
					wait(rt.Yield())
					inner.Scope().Close()
					return wait(starting)
				})
			})
		})
	})
}
