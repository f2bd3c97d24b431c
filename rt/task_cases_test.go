package rt_test

// This file ports cases of CPython's test_tasks that the other tests do not cover: what a
// cancelled task may do, shields, and cancelled futures. See testdata/asyncio/tasks.txt.

import (
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

func TestCancelledTasks(t *testing.T) {
	// asleep starts body and lets it run to its first await.
	asleep := func(body func() error) *rt.TaskOf[rt.Void] {
		task := spawn(body)
		wait(rt.Sleep(0))
		wait(rt.Sleep(0))
		return task
	}
	for name, body := range map[string]func() error{
		"taken back before it begins": func() error {
			task := spawn(func() error { return wait(rt.Yield()) })
			task.Cancel(nil)
			if n := task.Uncancel(); n != 0 {
				return fmt.Errorf("%d requests are left", n)
			}
			return wait(task)
		},
		"with a cause before it begins": func() error {
			task := spawn(func() error { return wait(rt.Sleep(0)) })
			task.Cancel(errCause)
			err := wait(task)
			return want(isCanceled(err) && errors.Is(err, errCause), "%v", err)
		},
		"while it yields": func() error {
			steps := 0
			task := asleep(func() error {
				for {
					if err := wait(rt.Yield()); err != nil {
						return err
					}
					steps++
				}
			})
			task.Cancel(nil)
			err := wait(task)
			return want(isCanceled(err) && steps <= 3, "%v after %d steps", err, steps)
		},
		"its future is cancelled": func() error {
			f := new(rt.Future[int])
			task := asleep(func() error {
				if err := wait(f); !isCanceled(err) {
					return fmt.Errorf("the future: %v", err)
				}
				return wait(rt.Yield()) // the task is not cancelled
			})
			f.Cancel(nil)
			return wait(task)
		},
		"with its future": func() error {
			f := new(rt.Future[int])
			task := asleep(func() error { return wait(f) })
			f.Cancel(errMine)
			task.Cancel(errCause)
			err := wait(task)
			return want(isCanceled(err) && errors.Is(err, errMine), "%v", err) // the result had been delivered before
		},
		"its future is left alone": func() error {
			f := new(rt.Future[int])
			task := asleep(func() error { return wait(f) })
			task.Cancel(nil)
			err := wait(task)
			return want(isCanceled(err) && !f.Done(), "%v, %v", err, f)
		},
		"catches it": func() error {
			f := new(rt.Future[int])
			task := rt.Spawn(rt.Current(), machine.Lockstep(func() (int, error) {
				if err := wait(f); isCanceled(err) {
					return 42, nil
				}
				return 0, nil
			}))
			wait(rt.Sleep(0))
			task.Cancel(nil)
			v, err := rt.Block(task)
			return errors.Join(err, want(v == 42, "%d", v))
		},
		"ignores it": func() error {
			a, b := new(rt.Future[int]), new(rt.Future[int])
			task := asleep(func() error {
				wait(a) // the request stands until it is taken back
				if rt.Current().Uncancel() != 0 {
					return errors.New("more than one request")
				}
				return wait(b)
			})
			task.Cancel(nil)
			wait(rt.Sleep(ms))
			if task.Done() {
				return task.Failure()
			}
			b.Set(1)
			return wait(task)
		},
		"itself": func() error {
			task := spawn(func() error {
				rt.Current().Cancel(nil)
				return wait(rt.Sleep(100 * time.Second))
			})
			err := wait(task)
			return want(isCanceled(err) && rt.Current().Loop().Time() == 0, "%v", err)
		},
		"itself at its end": func() error {
			task := rt.Spawn(rt.Current(), machine.Lockstep(func() (int, error) {
				err := wait(rt.Sleep(ms))
				rt.Current().Cancel(nil)
				return 12, err
			}))
			v, err := rt.Block(task)
			return errors.Join(err, want(v == 12, "%d", v))
		},
		"in a coroutine that it awaits": func() error {
			var inner error
			task := asleep(func() error {
				return wait(do(func() error { inner = wait(new(rt.Future[int])); return inner }))
			})
			task.Cancel(nil)
			err := wait(task)
			return want(isCanceled(err) && isCanceled(inner), "%v, %v", err, inner)
		},
		"and panics": func() error {
			task := asleep(func() error { wait(rt.Sleep(time.Hour)); return bug("boom") })
			task.Cancel(nil)
			v := panicOf(func() { wait(task) })
			return want(v == "boom" && task.Done(), "%v", v)
		},
		"in structured blocks": func() error {
			// A scope takes back its own timeout and nothing else. The code after it goes on,
			// unless the task itself was cancelled.
			request := func(sleep, timeout time.Duration) func() error {
				return func() error {
					_, err := within(timeout, sleeps(sleep))
					if err != nil && !isTimeout(err) {
						return err
					}
					return wait(rt.Sleep(100 * ms))
				}
			}
			if err := errors.Join(wait(spawn(request(100*ms, 200*ms))), wait(spawn(request(200*ms, 100*ms)))); err != nil {
				return err
			}
			for _, cancelAfter := range []time.Duration{50 * ms, 150 * ms} { // a cancellation in the block, and one after it
				task := spawn(request(200*ms, 100*ms))
				wait(rt.Sleep(cancelAfter))
				task.Cancel(nil)
				if err := wait(task); !isCanceled(err) || isTimeout(err) || task.Cancelling() != 1 {
					return fmt.Errorf("%v, %d requests", err, task.Cancelling())
				}
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) { run(t, body) })
	}
}

func TestShields(t *testing.T) {
	for name, body := range map[string]func() error{
		"result": func() error {
			v, err := rt.Block(rt.Shield(after(ms, 42)))
			return errors.Join(err, want(v == 42, "%d", v))
		},
		"error": func() error {
			err := wait(rt.Shield(fails(ms, errMine)))
			return want(err == errMine, "%v", err)
		},
		"what is inside is cancelled": func() error {
			inner := spawn(func() error { return wait(rt.Sleep(time.Hour)) })
			outer := spawn(func() error { return wait(rt.Shield(inner)) })
			wait(rt.Sleep(ms))
			inner.Cancel(nil)
			err := wait(outer)
			return want(isCanceled(err) && outer.Cancelling() == 0, "%v", err)
		},
		"what is outside is cancelled": func() error {
			// As with asyncio.shield, the await ends, and what was awaited goes on.
			inner := rt.Spawn(rt.Current(), after(10*ms, 42))
			outer := spawn(func() error { return wait(inner) })
			wait(rt.Sleep(ms))
			outer.Cancel(nil)
			if err := wait(outer); !isCanceled(err) || inner.Done() {
				return fmt.Errorf("%v", err)
			}
			v, err := rt.Block(inner)
			return errors.Join(err, want(v == 42, "%d", v))
		},
		"what is done": func() error {
			inner := rt.Spawn(rt.Current(), after(0, 42))
			wait(inner)
			v, err := rt.Block(rt.Shield(inner))
			return errors.Join(err, want(v == 42, "%d", v))
		},
		"around a gather": func() error {
			ended := 0
			part := func() rt.Expr[rt.Void] {
				return do(func() error { err := wait(rt.Sleep(5 * ms)); ended++; return err })
			}
			inner := rt.Spawn(rt.Current(), rt.Gather(part(), part()))
			outer := spawn(func() error { return wait(inner) })
			wait(rt.Sleep(ms))
			outer.Cancel(nil)
			err := wait(outer)
			return errors.Join(want(isCanceled(err) && ended == 0, "%v, %d ended", err, ended), wait(inner), want(ended == 2, "%d ended", ended))
		},
		"in a gather": func() error {
			ended := 0
			part := func() rt.Expr[rt.Void] {
				return rt.Shield(do(func() error { err := wait(rt.Sleep(5 * ms)); ended++; return err }))
			}
			task := rt.Spawn(rt.Current(), rt.Gather(part(), part()))
			wait(rt.Sleep(ms))
			task.Cancel(nil)
			err := wait(task) // waits for both
			return errors.Join(err, want(ended == 2, "%d ended", ended))
		},
	} {
		t.Run(name, func(t *testing.T) { run(t, body) })
	}
}

func TestFutureString(t *testing.T) {
	testbed.Clean(t)
	pending, set, failed, cancelled := new(rt.Future[int]), new(rt.Future[int]), new(rt.Future[int]), new(rt.Future[int])
	ended, panicked := new(rt.Future[int]), rt.Go(func() (int, error) { panic("boom") })
	set.Set(4)
	failed.Fail(errMine)
	cancelled.Cancel(nil)
	ended.Fail(io.EOF)
	over := make(chan int)
	panicked.OnDone(func(*rt.Future[int]) { close(over) })
	<-over
	for f, want := range map[*rt.Future[int]]string{
		pending: "future (pending, 0 waiting)", set: "future (4)", failed: "future (failed: my error)", cancelled: "future (cancelled)",
		ended: "future (failed: EOF)", panicked: "future (panic: boom)",
	} {
		if got := f.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	failed.Result()
}

func TestRemoveDoneCallbacks(t *testing.T) {
	var got trace
	f := new(rt.Future[int])
	note := func(name string) func(*rt.Future[int]) { return func(*rt.Future[int]) { got.add("%s", name) } }
	a, b, c := f.OnDone(note("a")), f.OnDone(note("b")), f.OnDone(note("c"))
	if !b() || b() {
		t.Error("removing b")
	}
	f.OnDone(func(*rt.Future[int]) { // while the callbacks are called
		f.OnDone(note("late"))
		if c() {
			t.Error("c was removed while it is called")
		}
	})
	d := f.OnDone(note("d"))
	if !a() || !d() {
		t.Error("removing a, d")
	}
	f.Set(1)
	got.check(t, "c", "late")

	got = nil
	run(t, func() error {
		task := spawn(func() error { return errMine })
		onDone := func(name string) func() bool { return task.OnDone(func(*rt.Task) { got.add("%s", name) }) }
		a, b := onDone("a"), onDone("b")
		onDone("c")
		if !a() || a() {
			return errors.New("removing a")
		}
		if err := wait(task); err != errMine {
			return err
		}
		if b() {
			return errors.New("b was removed after the end")
		}
		onDone("late")
		return wait(rt.Sleep(ms))
	})
	got.check(t, "b", "c", "late")
}

func TestCurrentTaskOfInterleavedTasks(t *testing.T) {
	run(t, func() error {
		g := rt.Current().OpenGroup()
		for range 3 {
			rt.SpawnIn(g, do(func() error {
				self := rt.Current()
				for range 3 {
					if err := wait(rt.Yield()); err != nil {
						return err
					}
					if rt.Current() != self || rt.TryCurrent() != self {
						return fmt.Errorf("%v is not %v", rt.Current(), self)
					}
				}
				return nil
			}))
		}
		return wait(g.Join())
	})
	if rt.TryCurrent() != nil {
		t.Error("there is a current task outside of all tasks")
	}
}

func TestGatherOutcomes(t *testing.T) {
	run(t, func() error {
		// Start tasks, wait for all outcomes, errors included, and look at each.
		self := rt.Current()
		tasks := []*rt.TaskOf[rt.Void]{
			rt.Spawn(self, fails(ms, errMine)), rt.Spawn(self, fails(2*ms, nil)), rt.Spawn(self, fails(3*ms, errOther)),
			rt.Spawn(self, rt.Yield()), rt.Spawn(self, fails(time.Hour, nil)), // done before, cancelled
		}
		self.Loop().CallLater(ms, func() { tasks[4].Cancel(errCause) })
		if err := errors.Join(wait(tasks[3]), wait(rt.Wait(rt.AllDone, tasks...))); err != nil {
			return err
		}
		var got []error
		for _, task := range tasks {
			got = append(got, task.Failure())
		}
		return want(fmt.Sprint(got) == "[my error <nil> other error <nil> context canceled: cause]", "%s", got)
	})
}
