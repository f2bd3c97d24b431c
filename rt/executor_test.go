package rt_test

// This file tests calls on other goroutines.

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
)

func TestToThread(t *testing.T) {
	run(t, func() error {
		l := rt.Current().Loop()
		hold := make(chan int)
		task := rt.Spawn(rt.Current(), rt.ToThread(func() (int, error) { return <-hold, errCause }))
		for range 3 { // the loop goes on meanwhile
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		if l.Threads() != 1 || task.Done() {
			return fmt.Errorf("%d threads, done: %v", l.Threads(), task.Done())
		}
		hold <- 7
		if v, err := rt.Block(task); v != 7 || err != errCause || l.Threads() != 0 {
			return fmt.Errorf("result is %d, %v", v, err)
		}
		return nil
	})
}

func TestManyThreads(t *testing.T) {
	run(t, func() error {
		var xs []rt.Expr[int]
		for i := range 100 {
			xs = append(xs, rt.ToThread(func() (int, error) { return i, nil }))
		}
		vs, err := rt.Block(rt.Gather(xs...))
		for i, v := range vs {
			if i != v {
				return fmt.Errorf("result %d is %d", i, v)
			}
		}
		return err
	})
}

func TestCancelledThreadKeepsItsResult(t *testing.T) {
	run(t, func() error {
		hold := make(chan int)
		task := rt.Spawn(rt.Current(), rt.Lockstep(func() (int, error) {
			v, err := rt.Block(rt.ToThread(func() (int, error) { return <-hold, nil }))
			if err != nil {
				return 0, err
			}
			if err := wait(rt.Yield()); !isCanceled(err) {
				return 0, fmt.Errorf("the await after it: %v", err)
			}
			return v, nil
		}))
		for range 3 {
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		task.Cancel(nil)
		if err := wait(rt.Yield()); err != nil || task.Done() {
			return fmt.Errorf("left the thread behind: %v", err)
		}
		hold <- 7
		if v, err := rt.Block(task); v != 7 || err != nil {
			return fmt.Errorf("result is %d, %v", v, err)
		}
		return nil
	})
}

func TestToThreadContext(t *testing.T) {
	run(t, func() error {
		l := rt.Current().Loop()
		s := rt.Current().OpenScope()
		defer s.Close()
		var kept context.Context
		l.CallLater(0, func() { s.Cancel(nil) })
		err := wait(rt.ToThreadContext(func(ctx context.Context) (int, error) {
			kept = ctx
			<-ctx.Done()
			return 0, ctx.Err()
		}))
		if err != context.Canceled {
			return fmt.Errorf("error is %v", err)
		}
		<-kept.Done()
		return nil
	})
	run(t, func() error {
		ctx, err := rt.Block(rt.ToThreadContext(func(ctx context.Context) (context.Context, error) { return ctx, ctx.Err() }))
		if err != nil {
			return err
		}
		if ctx.Err() == nil {
			return errors.New("the context outlives the call")
		}
		return nil
	})
}

func TestThreadPanics(t *testing.T) {
	run(t, func() error {
		if v := panicOf(func() { rt.Block(rt.ToThread(func() (int, error) { return 0, bug("boom") })) }); v != "boom" {
			return fmt.Errorf("panic with %v", v)
		}
		return wait(rt.Yield())
	})
}
