package rt_test

// This file tests where a panic, or a runtime.Goexit, of a task goes.

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

// bug panics; tests look for its name in stacks.
func bug(v any) error { panic(v) }

func TestPanicGoesToTheAwaiters(t *testing.T) {
	run(t, func() error {
		boom := errors.New("boom")
		task := spawn(func() error {
			wait(rt.Yield())
			return bug(boom)
		})
		for range 2 {
			if v := panicOf(func() { rt.Block(task) }); v != boom {
				return fmt.Errorf("await panics with %v", v)
			}
		}
		if v := panicOf(func() { task.Result() }); v != boom {
			return fmt.Errorf("Result panics with %v", v)
		}
		p := task.Panic()
		if p == nil || p.Value != boom || p.Task != &task.Task || !strings.Contains(string(p.Stack), "rt_test.bug") {
			return fmt.Errorf("panic is %v", p)
		}
		if !errors.Is(p, boom) || !strings.HasPrefix(p.Error(), "panic in task-2: boom\n\npanic(") {
			return fmt.Errorf("panic reads %v", p)
		}
		return nil
	})
}

func TestPanicPassesThroughAwaiters(t *testing.T) {
	// The stack in the panic shows where the panic began.
	var outer *rt.TaskOf[rt.Void]
	run(t, func() error {
		outer = spawn(func() error {
			return wait(spawn(func() error { return bug("boom") }))
		})
		if v := panicOf(func() { rt.Block(outer) }); v != "boom" {
			return fmt.Errorf("await panics with %v", v)
		}
		if stack := string(outer.Panic().Stack); !strings.Contains(stack, "which began here") || !strings.Contains(stack, "rt_test.bug") {
			return fmt.Errorf("stack is %s", stack)
		}
		return nil
	})
}

func TestPanicThatNobodyAwaits(t *testing.T) {
	t.Run("with a handler", func(t *testing.T) {
		var got []error
		handler := func(err error) { got = append(got, err) }
		run(t, func() error {
			task := spawn(func() error { return bug("boom") })
			rt.Current().Loop().CallSoon(func() { bug("callback") })
			if err := wait(rt.Sleep(ms)); err != nil {
				return err
			}
			// The await comes late, but it still gets the panic.
			if v := panicOf(func() { rt.Block(task) }); v != "boom" {
				return fmt.Errorf("await panics with %v", v)
			}
			return nil
		}, rt.WithHandler(handler))
		if len(got) != 2 {
			t.Fatalf("handler got %v", got)
		}
		// A callback keeps its place in the order. A task does not.
		for i, want := range []string{"boom", "callback"} {
			var p *rt.Panic
			if !errors.As(got[i], &p) || p.Value != want && p.Value != "callback" && p.Value != "boom" {
				t.Errorf("handler got %v", got[i])
			}
		}
	})
	t.Run("without", func(t *testing.T) {
		cleaned := false
		v := panicOf(func() {
			testbed.RunFake(t, do(func() error {
				spawn(func() error {
					defer func() { cleaned = true }()
					return wait(rt.Sleep(1e9))
				})
				wait(rt.Yield())
				spawn(func() error { return bug("boom") })
				return wait(rt.Sleep(1e9))
			}))
		})
		if v != "boom" || !cleaned {
			t.Errorf("Run panics with %v; the other task ended: %v", v, cleaned)
		}
	})
}

func TestPanicOfMainTask(t *testing.T) {
	cleaned := false
	v := panicOf(func() {
		testbed.RunFake(t, do(func() error {
			spawn(func() error {
				defer func() {
					// The loop goes on for the other tasks, for as long as they take.
					wait(rt.Shield[rt.Void](rt.Sleep(ms)))
					cleaned = true
				}()
				return wait(rt.Sleep(1e9))
			})
			wait(rt.Yield())
			return bug("boom")
		}), rt.WithHandler(func(err error) { t.Errorf("handler got %v", err) }))
	})
	if v != "boom" || !cleaned {
		t.Errorf("Run panics with %v; the other task ended: %v", v, cleaned)
	}
}

func TestLoopSurvivesPanics(t *testing.T) {
	l := testbed.NewLoop(t)
	rt.Start(l, do(func() error { return wait(rt.Sleep(3 * ms)) }))
	for range 2 {
		v := panicOf(func() { rt.RunUntilComplete(l, do(func() error { return bug("boom") })) })
		if v != "boom" {
			t.Errorf("panic with %v", v)
		}
	}
	if v := panicOf(func() {
		l.CallSoon(func() { bug("callback") })
		l.RunForever()
	}); v != "callback" {
		t.Errorf("panic with %v", v)
	}
	if _, err := rt.RunUntilComplete(l, rt.Sleep(5*ms)); err != nil {
		t.Error(err)
	}
}

func TestSeveralPanicsAtTheEnd(t *testing.T) {
	ended := 0
	v := panicOf(func() {
		testbed.RunFake(t, do(func() error {
			for i := range 3 {
				spawn(func() error {
					defer func() { ended++; bug(i) }()
					return wait(rt.Sleep(1e9))
				})
			}
			return wait(rt.Yield())
		}))
	})
	if _, ok := v.(int); !ok || ended != 3 {
		t.Errorf("panic with %v, %d tasks ended", v, ended)
	}
}

// onGoroutine runs fn on a goroutine and reports whether it returned.
func onGoroutine(fn func()) (returned bool) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn()
		returned = true
	}()
	<-done
	return returned
}

func TestGoexit(t *testing.T) {
	// The functions call runtime.Goexit, as testing.T.FailNow does, in a main task, in another
	// task and in a callback, on the machine and on the reference backend.
	exit := pollFunc[rt.Void](func(*rt.Task) (rt.Void, error, bool) {
		runtime.Goexit()
		panic("unreachable")
	})
	bodies := map[string]func() error{
		"lockstep": func() error { runtime.Goexit(); return nil },
		"awaited":  func() error { return wait(exit) },
		"spawned": func() error {
			rt.Spawn(rt.Current(), exit)
			return wait(rt.Sleep(1e9))
		},
		"spawned and awaited": func() error {
			return wait(rt.Spawn(rt.Current(), exit))
		},
		"callback": func() error {
			rt.Current().Loop().CallSoon(runtime.Goexit)
			return wait(rt.Sleep(1e9))
		},
		"thread": func() error {
			return wait(rt.ToThread(func() (int, error) { runtime.Goexit(); return 0, nil }))
		},
	}
	for name, body := range bodies {
		for _, handler := range []rt.Option{rt.WithHandler(nil), rt.WithHandler(func(error) {})} {
			cleaned := false
			returned := onGoroutine(func() {
				testbed.RunFake(t, do(func() error {
					spawn(func() error {
						defer func() { cleaned = true }()
						return wait(rt.Sleep(1e9))
					})
					wait(rt.Yield())
					wait(rt.Yield())
					return body()
				}), handler)
			})
			if returned || !cleaned {
				t.Errorf("%s: Run returned: %v; the other task ended: %v", name, returned, cleaned)
			}
		}
	}
}

func TestNoPanicIsSwallowed(t *testing.T) {
	t.Run("the second in a group", func(t *testing.T) {
		var got []error
		run(t, func() error {
			err := wait(rt.Gather[rt.Void](
				do(func() error { wait(rt.Sleep(ms)); return errCause }),
				do(func() (err error) {
					defer func() { bug("while cleaning up") }()
					return wait(rt.Sleep(1e9))
				})))
			if err != errCause {
				return fmt.Errorf("error is %v", err)
			}
			return nil
		}, rt.WithHandler(func(err error) { got = append(got, err) }))
		if len(got) != 1 || got[0].(*rt.Panic).Value != "while cleaning up" {
			t.Errorf("handler got %v", got)
		}
	})
	t.Run("of a task whose await was left", func(t *testing.T) {
		// Await several members, as an operation that waits for the first of several does.
		_, err := testbed.RunFake(t, do(func() error {
			task := spawn(func() error { wait(rt.Yield()); return bug("boom") })
			if _, _, ready := task.Poll(rt.Current()); ready {
				return errors.New("too early")
			}
			return wait(rt.Sleep(ms))
		}))
		var p *rt.Panic
		if !errors.As(err, &p) || p.Value != "boom" {
			t.Errorf("error is %v", err)
		}
	})
}

// The text about a panic does not grow with the square of the number of coroutines that it
// passes through, and it is limited.
func TestTextOfAPanicThatPassesThroughMany(t *testing.T) {
	var called func(n int) rt.Coroutine[rt.Void]
	called = func(n int) rt.Coroutine[rt.Void] {
		return do(func() error {
			if n == 0 {
				return bug("boom")
			}
			return wait(called(n - 1))
		})
	}
	var spawned func(n int) rt.Coroutine[rt.Void]
	spawned = func(n int) rt.Coroutine[rt.Void] {
		return do(func() error {
			if n == 0 {
				return bug("boom")
			}
			return wait(rt.Spawn(rt.Current(), spawned(n-1)))
		})
	}
	text := func(x rt.Coroutine[rt.Void]) string {
		var err error
		run(t, func() error {
			task := rt.Spawn(rt.Current(), x)
			panicOf(func() { wait(task) })
			err = task.Failure()
			return nil
		})
		var p *rt.Panic
		if !errors.As(err, &p) || p.Value != "boom" {
			t.Fatalf("error is %v", err)
		}
		return string(p.Stack)
	}
	for name, x := range map[string]func(int) rt.Coroutine[rt.Void]{"called": called, "spawned": spawned} {
		few, many := text(x(5)), text(x(10))
		if len(many) > 5*len(few)/2 {
			t.Errorf("%s: %d bytes for 5 of them, %d for 10", name, len(few), len(many))
		}
		most := text(x(500))
		if len(most) > 100<<10 {
			t.Errorf("%s: %d bytes", name, len(most))
		}
		for _, text := range []string{few, many, most} {
			if !strings.Contains(text, "rt_test.bug") {
				t.Errorf("%s: the place where it began is missing:\n%s", name, text)
			}
		}
	}
}
