package rt_test

// This file is about uses of the runtime that are wrong, and what is said
// then. None of them may hang.

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
)

// One coroutine in two tasks: the second to poll it panics, with the names of
// both, and so may the first: a coroutine that has panicked is over.
func TestCoroutineInTwoTasks(t *testing.T) {
	for name, x := range map[string]rt.Expr[rt.Void]{
		"machine":   greetAsync("two tasks"),
		"lock-step": do(func() error { return wait(rt.Sleep(ms)) }),
		"yield":     do(func() error { return wait(rt.Yield()) }),
		"sleep":     shared(rt.Sleep(ms)),
		"timeout":   shared(rt.Timeout(2*ms, rt.Sleep(ms))),
		"shield":    shared(rt.Shield(rt.Sleep(ms))),
		"gather":    shared(void(rt.Gather(rt.Sleep(ms), rt.Sleep(ms)))),
		"gather 2":  shared(void(rt.Gather2(rt.Sleep(ms), rt.Sleep(ms)))),
		"future":    do(func() error { return wait(laterSet(rt.Current().Loop())) }),
		"thread":    shared(rt.ToThread(func() (rt.Void, error) { return rt.Void{}, nil })),
		"task":      do(func() error { return wait(spawn(func() error { return wait(rt.Sleep(ms)) })) }),
	} {
		t.Run(name, func(t *testing.T) {
			var panics []string
			run(t, func() error {
				l := rt.Current().Loop()
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

// shared returns x as a coroutine that polls one and the same operation,
// whoever calls.
func shared[T any](x rt.Expr[T]) rt.Expr[T] { return pollFunc[T](x.Awaitable().Poll) }

// void drops the value of x.
func void[T any](x rt.Expr[T]) rt.Expr[rt.Void] {
	op := x.Awaitable()
	return pollFunc[rt.Void](func(t *rt.Task) (rt.Void, error, bool) {
		_, err, ready := op.Poll(t)
		return rt.Void{}, err, ready
	})
}

// laterSet returns a future that is set in a millisecond.
func laterSet(l *rt.Loop) *rt.Future[int] {
	f := new(rt.Future[int])
	l.CallLater(ms, func() { f.Set(1) })
	return f
}
