package rt_test

// This file tests wrong uses of the runtime and their messages. No wrong use may hang.

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/queues"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// One coroutine runs in two tasks. The second task that polls it panics with the names of both.
// The first may panic, too, because a coroutine that has panicked is over.
func TestCoroutineInTwoTasks(t *testing.T) {
	for name, coroutine := range map[string]func(l *rt.Loop) rt.Expr[rt.Void]{
		"machine":   func(*rt.Loop) rt.Expr[rt.Void] { return greetAsync("two tasks") },
		"lock-step": func(*rt.Loop) rt.Expr[rt.Void] { return do(func() error { return wait(rt.Sleep(ms)) }) },
		"yield":     func(*rt.Loop) rt.Expr[rt.Void] { return do(func() error { return wait(rt.Yield()) }) },
		"sleep":     func(*rt.Loop) rt.Expr[rt.Void] { return shared(rt.Sleep(ms)) },
		"timeout":   func(*rt.Loop) rt.Expr[rt.Void] { return shared(rt.Timeout(2*ms, rt.Sleep(ms))) },
		"shield":    func(*rt.Loop) rt.Expr[rt.Void] { return shared(rt.Shield(rt.Sleep(ms))) },
		"gather":    func(*rt.Loop) rt.Expr[rt.Void] { return shared(rt.Gather(rt.Sleep(ms), rt.Sleep(ms))) },
		"gather 2":  func(*rt.Loop) rt.Expr[rt.Void] { return shared(rt.Gather2(rt.Sleep(ms), rt.Sleep(ms))) },
		"race":      func(*rt.Loop) rt.Expr[rt.Void] { return shared(rt.Race(rt.Sleep(ms), rt.Sleep(ms))) },
		"thread":    func(*rt.Loop) rt.Expr[rt.Void] { return shared(rt.ToThread(func() (int, error) { return 0, nil })) },
		"future": func(l *rt.Loop) rt.Expr[rt.Void] {
			f := new(rt.Future[int])
			l.CallLater(ms, func() { f.Set(1) })
			return do(func() error { return wait(f) })
		},
		"task": func(l *rt.Loop) rt.Expr[rt.Void] {
			inner := rt.Start(l, rt.Sleep(ms))
			return do(func() error { return wait(inner) })
		},
		"wait": func(l *rt.Loop) rt.Expr[rt.Void] {
			return shared[rt.Waited[*rt.TaskOf[rt.Void]]](rt.Wait(rt.AllDone, rt.Start(l, rt.Sleep(ms))))
		},
		"queue": func(l *rt.Loop) rt.Expr[rt.Void] {
			q := queues.New[int](0)
			l.CallLater(ms, func() { q.TryPut(1) })
			return shared(q.Get())
		},
		"select": func(l *rt.Loop) rt.Expr[rt.Void] {
			q := queues.New[int](0)
			l.CallLater(ms, func() { q.TryPut(1) })
			return shared(rt.Select(rt.On(q.Get())))
		},
		"barrier": func(l *rt.Loop) rt.Expr[rt.Void] {
			b := locks.NewBarrier(2)
			l.CallLater(ms, func() { rt.Start(l, b.Wait()) })
			return shared(b.Wait())
		},
		"condition": func(l *rt.Loop) rt.Expr[rt.Void] {
			c := locks.NewCondition(nil)
			op := c.Wait().Awaitable()
			l.CallLater(2*ms, func() {
				rt.Start(l, do(func() error {
					wait(c.Acquire())
					c.NotifyAll()
					c.Release()
					return nil
				}))
			})
			begun := false
			return pollFunc[rt.Void](func(t *rt.Task) (rt.Void, error, bool) {
				if !begun {
					begun = c.TryAcquire(t)
				}
				_, err, ready := op.Poll(t)
				return rt.Void{}, err, ready
			})
		},
		"once": func(l *rt.Loop) rt.Expr[rt.Void] {
			return shared(new(locks.Once[rt.Void]).Do(rt.Sleep(ms)))
		},
		"once that waits": func(l *rt.Loop) rt.Expr[rt.Void] {
			var once locks.Once[rt.Void]
			rt.SpawnEager(rt.Current(), once.Do(rt.Sleep(ms)))
			return shared(once.Do(rt.Sleep(ms)))
		},
		"read": func(l *rt.Loop) rt.Expr[rt.Void] {
			a, b := rttest.NewPipe(nil, "a", "b", 10)
			rt.Start(l, do(func() error {
				wait(rt.Sleep(ms))
				wait(b.Write([]byte("x")))
				b.Close()
				return nil
			}))
			return shared(a.Read(make([]byte, 1)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			var panics []string
			run(t, func() error {
				l := rt.Current().Loop()
				x := coroutine(l)
				tasks := []*rt.TaskOf[rt.Void]{rt.Start(l, x), rt.Start(l, x)}
				if err := wait(rt.Sleep(5 * ms)); err != nil {
					return err
				}
				for _, task := range tasks {
					if !task.Done() {
						t.Errorf("%s hangs", task)
					}
				}
				return nil
			}, rt.WithHandler(func(err error) { panics = append(panics, fmt.Sprint(err.(*rt.Panic).Value)) }))
			if len(panics) == 0 {
				t.Error("no panic")
			}
			for _, text := range panics {
				if !strings.Contains(text, "one coroutine was handed to two tasks") && !strings.Contains(text, "awaited twice") {
					t.Errorf("panic: %s", text)
				}
			}
		})
	}
}

// shared returns a coroutine that polls the same operation as every other coroutine made of x.
func shared[T any](x rt.Expr[T]) rt.Expr[rt.Void] {
	op := x.Awaitable()
	return pollFunc[rt.Void](func(t *rt.Task) (rt.Void, error, bool) {
		_, err, ready := op.Poll(t)
		return rt.Void{}, err, ready
	})
}

// Following the advice of a message does not lead to the next panic.
func TestRemediesOfMisuse(t *testing.T) {
	run(t, func() error {
		l := rt.Current().Loop()
		x := do(func() error { return nil })
		if err := wait(x); err != nil {
			return err
		}
		for name, test := range map[string]struct {
			misuse func()
			advice string
			remedy func() error
		}{
			"awaited twice": {func() { wait(x) }, "spawn the result and await the task", func() error {
				task := rt.Spawn(rt.Current(), do(func() error { return nil }))
				return errors.Join(wait(task), wait(task))
			}},
			"current task": {func() {
				var p any
				done := make(chan bool)
				go func() { defer close(done); p = panicOf(func() { rt.Current() }) }()
				<-done
				panic(p)
			}, "rt.StartThreadsafe", func() error {
				f := make(chan *rt.Future[rt.Void])
				go func() { f <- rt.StartThreadsafe(l, do(func() error { return nil })) }()
				return wait(<-f)
			}},
		} {
			if text := fmt.Sprint(panicOf(test.misuse)); !strings.Contains(text, test.advice) {
				t.Errorf("%s: %s", name, text)
			}
			if err := test.remedy(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		return nil
	})
}
