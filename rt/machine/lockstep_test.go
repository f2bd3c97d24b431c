package machine_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

func plainAsync() rt.Coroutine[int] {
	return machine.Lockstep(func() (int, error) { return 1, nil })
}

func genericAsync[T any](v T) rt.Coroutine[T] {
	return machine.Lockstep(func() (T, error) { return v, nil })
}

type box[T any] struct{ v T }

func (b box[T]) openAsync() rt.Coroutine[T] {
	return machine.Lockstep(func() (T, error) { return b.v, nil })
}

// The panic of a second await contains the name of the function, as that of a machine does.
func TestLockstepName(t *testing.T) {
	for name, begin := range map[string]func() error{
		"plain":   func() error { return twice(t, plainAsync()) },
		"generic": func() error { return twice(t, genericAsync("x")) },
		"open":    func() error { return twice(t, box[[]int]{}.openAsync()) },
	} {
		if err := begin(); err == nil || !strings.Contains(err.Error(), name+":") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// twice awaits c twice and returns the panic of the second await.
func twice[T any](t *testing.T, c rt.Coroutine[T]) (err error) {
	defer func() { err = fmt.Errorf("%v", recover()) }()
	testbed.RunFake(t, c)
	testbed.RunFake(t, c)
	return nil
}

// descend awaits itself to the given depth, and awaits a step at each level on the way back.
func descend(depth int, step func() error) rt.Coroutine[rt.Void] {
	return do(func() error {
		if depth > 0 {
			if err := wait(descend(depth-1, step)); err != nil {
				return err
			}
		}
		return step()
	})
}

// A coroutine that another one awaits is a call on the same goroutine, so a suspension costs
// the same at every depth. With a goroutine for each level, this test took minutes.
func TestDeepLockstep(t *testing.T) {
	steps := 0
	testbed.RunFake(t, descend(20_000, func() error {
		steps++
		return wait(rt.Yield())
	}))
	if steps != 20_001 {
		t.Errorf("%d steps", steps)
	}
	before := runtime.NumGoroutine()
	testbed.RunFake(t, descend(10, func() error {
		if n := runtime.NumGoroutine() - before; n > 1 {
			t.Errorf("%d goroutines for one task", n)
		}
		return wait(rt.Yield())
	}))
}

// Each level reports where it stands, and so do the levels that called the one that waits.
func TestLockstepStack(t *testing.T) {
	run(t, func() error {
		task := testbed.Start(func() error {
			return wait(rt.Timeout(1e12, do(func() error {
				return wait(descend(2, func() error { return wait(rt.Sleep(1e9)) }))
			})))
		})
		if len(task.Chain()) != 7 {
			return fmt.Errorf("the chain is %q", task.Chain())
		}
		for i, place := range task.Chain() {
			if at := strings.HasPrefix(place.Line, "main_test.go:"); at != (i != 1 && i != 6) {
				return fmt.Errorf("place %d is %q of %q", i, place, task.Chain())
			}
		}
		task.Cancel(nil)
		if err := wait(task); !isCanceled(err) {
			return err
		}
		return nil
	})
}

// A coroutine that is being called cannot be awaited a second time.
func TestLockstepCalledTwice(t *testing.T) {
	run(t, func() error {
		var self rt.Coroutine[rt.Void]
		self = do(func() error { return wait(self) })
		if v := panicOf(func() { wait(self) }); v == nil || !strings.Contains(fmt.Sprint(v), "awaited twice") {
			return fmt.Errorf("panic with %v", v)
		}
		slow := do(func() error { return wait(rt.Sleep(time.Second)) })
		first := testbed.Start(func() error { return wait(slow) })
		if v := panicOf(func() { wait(slow) }); v == nil || !strings.Contains(fmt.Sprint(v), "handed to two tasks") {
			return fmt.Errorf("panic with %v", v)
		}
		if err := wait(first); err != nil {
			return err
		}
		if v := panicOf(func() { wait(slow) }); v == nil || !strings.Contains(fmt.Sprint(v), "awaited twice") {
			return fmt.Errorf("panic with %v", v)
		}
		return nil
	})
}

// runtime.Goexit and panics pass through the levels as through calls.
func TestLockstepUnwinds(t *testing.T) {
	var tr trace
	level := func(name string, fn func() error) rt.Coroutine[rt.Void] {
		return do(func() error {
			defer func() { tr.add("%s left, current %v", name, rt.TryCurrent() != nil) }()
			return fn()
		})
	}
	run(t, func() error {
		if v := panicOf(func() {
			wait(level("outer", func() error {
				return wait(level("inner", func() error {
					if err := wait(rt.Yield()); err != nil {
						return err
					}
					return bug("boom")
				}))
			}))
		}); v != "boom" {
			return fmt.Errorf("panic with %v", v)
		}
		return wait(rt.Yield())
	})
	l := testbed.NewLoop(t)
	ended := make(chan int)
	go func() {
		defer close(ended)
		defer l.Close()
		rt.RunUntilComplete(l, level("outer", func() error {
			return wait(level("inner", func() error {
				if err := wait(rt.Yield()); err != nil {
					return err
				}
				runtime.Goexit()
				return nil
			}))
		}))
		tr.add("not reached")
	}()
	<-ended
	tr.check(t, "inner left, current true", "outer left, current true", "inner left, current true", "outer left, current true")
}
