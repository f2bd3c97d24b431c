package rt_test

// This file tests coroutines that ordinary goroutines start on a loop and wait for.

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// elsewhere runs a loop on a goroutine of its own until the test ends.
func elsewhere(t *testing.T, opts ...rt.Option) *rt.Loop {
	t.Helper()
	l, err := rt.NewLoop(testbed.Real(t, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- errors.Join(l.RunForever(), l.Close()) }()
	t.Cleanup(func() {
		l.CallSoonThreadsafe(l.Stop)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return l
}

func TestRunThreadsafe(t *testing.T) {
	l := elsewhere(t)
	count := 0 // used on the loop only, so it needs no lock
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			for range 20 {
				v, err := rt.RunThreadsafe(t.Context(), l, machine.Lockstep(func() (int, error) {
					before := count
					runtime.Gosched()
					count = before + 1
					return 7, wait(rt.Yield())
				}))
				if v != 7 || err != nil {
					t.Errorf("result is %d, %v", v, err)
				}
			}
		})
	}
	all.Wait()
	if count != 400 {
		t.Errorf("count is %d", count)
	}
	if _, err := rt.RunThreadsafe(t.Context(), l, do(func() error { return errCause })); err != errCause {
		t.Errorf("error is %v", err)
	}
	if v := panicOf(func() { rt.RunThreadsafe(t.Context(), l, do(func() error { return bug("boom") })) }); v != "boom" {
		t.Errorf("panic with %v", v)
	}
}

// The coroutine is cancelled with the context. The caller gets the error of the coroutine once
// it has ended.
func TestRunThreadsafeIsCancelled(t *testing.T) {
	l := elsewhere(t)
	type key struct{}
	for name, end := range map[string]struct {
		context func(parent context.Context, begun chan int) (context.Context, context.CancelFunc)
		want    func(error) bool
	}{
		"cancel": {func(parent context.Context, begun chan int) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancelCause(parent)
			go func() { <-begun; cancel(errCause) }()
			return ctx, func() { cancel(nil) }
		}, func(err error) bool { return isCanceled(err) && errors.Is(err, errCause) }},
		"deadline": {func(parent context.Context, begun chan int) (context.Context, context.CancelFunc) {
			go func() { <-begun }()
			return context.WithTimeout(parent, 20*ms)
		}, isTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			begun, cleaned := make(chan int, 1), false
			ctx, cancel := end.context(context.WithValue(t.Context(), key{}, "v"), begun)
			defer cancel()
			_, err := rt.RunThreadsafe(ctx, l, do(func() error {
				if v := rt.Current().OpenScope().Value(key{}); v != "v" {
					return fmt.Errorf("the value of the context is %v", v)
				}
				begun <- 1
				err := wait(rt.Sleep(1000 * time.Hour))
				if err := wait(rt.Shield(rt.Sleep(ms))); err != nil {
					return err
				}
				cleaned = true
				return err
			}))
			if !end.want(err) || !cleaned {
				t.Errorf("error is %v, cleaned up: %v", err, cleaned)
			}
		})
	}
	// A coroutine that ignores the cancellation returns its result.
	ctx, cancel := context.WithCancel(t.Context())
	if v, err := rt.RunThreadsafe(ctx, l, machine.Lockstep(func() (int, error) { cancel(); return 7, nil })); v != 7 || err != nil {
		t.Errorf("result is %d, %v", v, err)
	}
	// A coroutine that has not begun never begins.
	if _, err := rt.RunThreadsafe(ctx, l, do(func() error { t.Error("it has begun"); return nil })); !isCanceled(err) {
		t.Errorf("error is %v", err)
	}
}

// A loop that nobody runs does not hold up a caller whose context has ended.
func TestRunThreadsafeOnALoopThatNobodyRuns(t *testing.T) {
	l := testbed.RealLoop(t)
	ctx, cancel := context.WithTimeout(t.Context(), ms)
	defer cancel()
	if _, err := rt.RunThreadsafe(ctx, l, do(func() error { t.Error("it has begun"); return nil })); !isTimeout(err) {
		t.Errorf("error is %v", err)
	}
	if _, err := rt.RunUntilComplete(l, rt.Sleep(ms)); err != nil {
		t.Error(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, err := rt.RunThreadsafe(t.Context(), l, rt.Sleep(ms)); err != rt.ErrLoopClosed {
		t.Errorf("error is %v", err)
	}
}

// Closing the loop in the meantime ends the coroutine.
func TestRunThreadsafeWhileTheLoopIsClosed(t *testing.T) {
	l := testbed.RealLoop(t)
	begun, ended := make(chan int), make(chan error)
	go func() {
		_, err := rt.RunThreadsafe(context.Background(), l, do(func() error {
			close(begun)
			return wait(rt.Sleep(1000 * time.Hour))
		}))
		ended <- err
	}()
	go func() {
		<-begun
		l.CallSoonThreadsafe(l.Stop)
	}()
	if err := errors.Join(l.RunForever(), l.Close()); err != nil {
		t.Error(err)
	}
	if err := <-ended; !isCanceled(err) || !errors.Is(err, rt.ErrLoopClosed) {
		t.Errorf("error is %v", err)
	}
}

func TestRunThreadsafeWhereItWouldStopTheLoop(t *testing.T) {
	other := elsewhere(t)
	run(t, func() error {
		for _, l := range []*rt.Loop{other, rt.Current().Loop()} {
			wantPanic(t, func() { rt.RunThreadsafe(t.Context(), l, rt.Yield()) }, "calls rt.RunThreadsafe on a goroutine that runs tasks", "await the coroutine")
		}
		return nil
	})
	l := testbed.NewLoop(t)
	l.CallSoon(func() {
		wantPanic(t, func() { rt.RunThreadsafe(t.Context(), l, rt.Yield()) }, "calls rt.RunThreadsafe on a goroutine that runs tasks")
	})
	if _, err := rt.RunUntilComplete(l, rt.Sleep(ms)); err != nil {
		t.Error(err)
	}
}

// endingContext ends by its deadline when a test tells it to.
type endingContext struct {
	context.Context
	done chan struct{}
}

func (c endingContext) Done() <-chan struct{} { return c.done }

func (c endingContext) Err() error {
	select {
	case <-c.done:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

// The context ends when the task exists but has not begun. RunThreadsafe returns the error, so
// nobody else is told of it.
func TestRunThreadsafeReportsNoErrorTwice(t *testing.T) {
	var reported []error
	l := testbed.NewLoop(t, rt.WithHandler(func(err error) { reported = append(reported, err) }))
	ctx := endingContext{context.Background(), make(chan struct{})}
	left := make(chan error)
	go func() {
		_, err := rt.RunThreadsafe(ctx, l, do(func() error { return nil }))
		left <- err
	}()
	for len(l.Tasks()) == 0 {
		if _, err := l.Turn(); err != nil {
			t.Fatal(err)
		}
		runtime.Gosched()
	}
	close(ctx.done)
	if err := <-left; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("RunThreadsafe: %v", err)
	}
	for len(l.Tasks()) > 0 {
		if _, err := l.Turn(); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if len(reported) > 0 {
		t.Errorf("reported: %v", reported)
	}
}

// Closing a loop that nobody has run ends the call.
func TestRunThreadsafeOnAClosedLoop(t *testing.T) {
	l := testbed.NewLoop(t)
	left := make(chan error)
	go func() {
		_, err := rt.RunThreadsafe(context.Background(), l, do(func() error { return wait(rt.Sleep(ms)) }))
		left <- err
	}()
	for rt.Arrived(l) == 0 {
		runtime.Gosched()
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if err := <-left; !errors.Is(err, context.Canceled) || !errors.Is(err, rt.ErrLoopClosed) {
		t.Errorf("RunThreadsafe: %v", err)
	}
}
