package rt_test

// This file tests futures, and what passes from one goroutine to another.

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

func TestFuture(t *testing.T) {
	errNo := errors.New("no")
	for _, test := range []struct {
		name     string
		complete func(*rt.Future[int]) error
		check    func(v int, err error) bool
	}{
		{"Set", func(f *rt.Future[int]) error { return f.Set(7) }, func(v int, err error) bool { return v == 7 && err == nil }},
		{"Fail", func(f *rt.Future[int]) error { return f.Fail(errNo) }, func(v int, err error) bool { return err == errNo }},
		{"Cancel", func(f *rt.Future[int]) error { return f.Cancel(errNo) }, func(v int, err error) bool {
			return isCanceled(err) && errors.Is(err, errNo)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			run(t, func() error {
				f := rt.NewFuture[int]()
				var calls trace
				f.OnDone(func(g *rt.Future[int]) { calls.add("before %v %v", g == f, f.Done()) })
				if _, _, done := f.Result(); done || f.Done() {
					return errors.New("done before its time")
				}
				rt.Current().Loop().CallLater(ms, func() {
					if err := test.complete(f); err != nil {
						t.Error(err)
					}
				})
				for range 2 { // the result can be had any number of times
					if v, err := rt.Block(f); !test.check(v, err) {
						return fmt.Errorf("result is %v, %v", v, err)
					}
				}
				if v, err, done := f.Result(); !test.check(v, err) || !done {
					return fmt.Errorf("result is %v, %v, %v", v, err, done)
				}
				for _, err := range []error{f.Set(1), f.Fail(errCause), f.Cancel(nil)} {
					if err != rt.ErrFutureDone {
						return fmt.Errorf("a second result: %v", err)
					}
				}
				if v, err := rt.Block(f); !test.check(v, err) {
					return fmt.Errorf("result changed to %v, %v", v, err)
				}
				f.OnDone(func(*rt.Future[int]) { calls.add("after") })
				calls.check(t, "before true true", "after")
				return nil
			})
		})
	}
	wantPanic(t, func() { new(rt.Future[int]).Fail(nil) }, "nil error")
}

func TestFutureWaitersAreWokenInOrder(t *testing.T) {
	l := fifo(t)
	var tr trace
	var f rt.Future[int]
	var tasks []*rt.TaskOf[rt.Void]
	for i := range 5 {
		tasks = append(tasks, rt.Start(l, do(func() error {
			_, err := rt.Block(&f)
			tr.add("%d %v", i, err)
			return nil
		})))
	}
	l.CallLater(ms, func() { tasks[2].Cancel(nil) })
	l.CallLater(2*ms, func() { f.Set(1) })
	if _, err := rt.RunUntilComplete(l, rt.Sleep(3*ms)); err != nil {
		t.Fatal(err)
	}
	tr.check(t, "2 context canceled", "0 <nil>", "1 <nil>", "3 <nil>", "4 <nil>")
}

func TestFuturesSetByOtherGoroutines(t *testing.T) {
	// Several loops wait for the same futures, and several goroutines race to set them. One
	// goroutine wins, and all tasks see its value.
	const futures, loops, setters = 200, 3, 3
	fs := make([]rt.Future[int], futures)
	won := make([]int, futures)
	var mu sync.Mutex
	var wg sync.WaitGroup
	results := make([][]int, loops)
	for i := range loops {
		wg.Go(func() {
			vs, err := testbed.RunReal(t, machine.Lockstep(func() ([]int, error) {
				var xs []rt.Expr[int]
				for i := range fs {
					xs = append(xs, &fs[i])
				}
				return rt.Block(rt.Gather(xs...))
			}))
			if err != nil {
				t.Error(err)
			}
			results[i] = vs
		})
	}
	for s := range setters {
		wg.Go(func() {
			for i := range fs {
				if err := fs[i].Set(s); err == nil {
					mu.Lock()
					won[i] = s
					mu.Unlock()
				} else if err != rt.ErrFutureDone {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for i := range loops {
		for k, v := range results[i] {
			if v != won[k] {
				t.Fatalf("loop %d saw %d in future %d, the winner set %d", i, v, k, won[k])
			}
		}
	}
}

func TestStartThreadsafe(t *testing.T) {
	l := testbed.RealLoop(t)
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := l.RunForever(); err != nil {
			t.Error(err)
		}
	})
	seven := machine.Lockstep(func() (int, error) { return 7, wait(rt.Yield()) })
	if v, err := rt.Block(rt.StartThreadsafe(l, seven)); v != 7 || err != nil {
		t.Errorf("result is %d, %v", v, err)
	}

	// A task of another loop waits.
	v, err := testbed.RunReal(t, machine.Lockstep(func() (int, error) {
		return rt.Block(rt.StartThreadsafe(l, machine.Lockstep(func() (int, error) { return 8, wait(rt.Yield()) })))
	}))
	if v != 8 || err != nil {
		t.Errorf("result is %d, %v", v, err)
	}

	// Whoever waits gets the panic.
	f := rt.StartThreadsafe(l, do(func() error { return bug("boom") }))
	if v := panicOf(func() { rt.Block(f) }); v != "boom" {
		t.Errorf("panic with %v", v)
	}
	if v := panicOf(func() { testbed.RunReal(t, f) }); v != "boom" {
		t.Errorf("panic with %v", v)
	}

	// Cancelling the future cancels the task.
	ended := make(chan error, 1)
	began := make(chan int)
	f = rt.StartThreadsafe(l, do(func() error {
		close(began)
		err := wait(rt.NewFuture[int]())
		ended <- err
		return err
	}))
	<-began
	f.Cancel(errCause)
	if err := <-ended; !errors.Is(err, errCause) {
		t.Errorf("the task ended with %v", err)
	}
	if err := wait(f); !errors.Is(err, errCause) {
		t.Errorf("the future has %v", err)
	}

	if err := l.CallSoonThreadsafe(l.Stop); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if err := wait(rt.StartThreadsafe(l, rt.Yield())); err != rt.ErrLoopClosed {
		t.Errorf("on a closed loop: %v", err)
	}
}

// A result is asked for while another goroutine sets it. The race detector checks this.
func TestResultWhileSet(t *testing.T) {
	testbed.Clean(t)
	for range 100 {
		f := rt.NewFuture[int]()
		go f.Set(1)
		for {
			if v, err, done := f.Result(); done {
				if v != 1 || err != nil {
					t.Errorf("%d, %v", v, err)
				}
				break
			}
			runtime.Gosched() // under js, other goroutines get no turn otherwise
		}
	}
}

// A goroutine that stops waiting for a task of a loop cancels the task.
func TestStartThreadsafeWithTimeout(t *testing.T) {
	l := testbed.RealLoop(t)
	var running sync.WaitGroup
	running.Go(func() {
		if err := l.RunForever(); err != nil {
			t.Error(err)
		}
	})
	ended := make(chan error, 1)
	f := rt.StartThreadsafe(l, do(func() error {
		err := wait(new(rt.Future[int]))
		ended <- err
		return err
	}))
	if err := wait(rt.Timeout(ms, f)); !isTimeout(err) || f.Done() {
		t.Errorf("error is %v", err)
	}
	f.Cancel(errCause)
	if err := <-ended; !errors.Is(err, errCause) {
		t.Errorf("the task ended with %v", err)
	}
	l.CallSoonThreadsafe(l.Stop)
	running.Wait()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// A callback that panics does not keep the others from being called, because somebody may be
// waiting for them.
func TestFutureCallbackPanics(t *testing.T) {
	testbed.Clean(t)
	var f rt.Future[int]
	var tr trace
	for i := range 4 {
		f.OnDone(func(f *rt.Future[int]) {
			v, _, _ := f.Result()
			tr.add("%d: %d", i, v)
			if i%2 == 0 {
				panic(i)
			}
		})
	}
	if v := panicOf(func() { f.Set(7) }); v != 2 { // value of the last panic
		t.Errorf("panic with %v", v)
	}
	tr.check(t, "0: 7", "1: 7", "2: 7", "3: 7")
}

func TestFutureCallbacksAddAndRemove(t *testing.T) {
	testbed.Clean(t)
	var f rt.Future[int]
	var tr trace
	var remove [2]func() bool
	for i := range remove {
		remove[i] = f.OnDone(func(f *rt.Future[int]) {
			tr.add("%d, removed: %v, %v", i, remove[0](), remove[1]())
			f.OnDone(func(*rt.Future[int]) { tr.add("added by %d", i) })
		})
	}
	f.Set(7)
	tr.check(t, "0, removed: false, false", "added by 0", "1, removed: false, false", "added by 1")
}

func TestCancelled(t *testing.T) {
	var pending, set, failed, cancelled rt.Future[int]
	set.Set(1)
	failed.Fail(io.ErrUnexpectedEOF)
	failed.Result()
	cancelled.Cancel(errCause)
	if pending.Cancelled() || set.Cancelled() || failed.Cancelled() || !cancelled.Cancelled() {
		t.Error("want only the last of the futures to be cancelled")
	}
	got := unretrievedOf(t, func() error {
		cut := spawn(func() error { return wait(rt.Sleep(time.Hour)) })
		late := spawn(func() error { return wait(rt.Timeout(ms, rt.Sleep(time.Hour))) })
		cut.Cancel(nil)
		if cut.Cancelled() {
			return errors.New("cancelled before its end")
		}
		if err := wait(rt.Sleep(2 * ms)); err != nil {
			return err
		}
		return want(cut.Cancelled() && !late.Cancelled(), "%v, %v", cut.Cancelled(), late.Cancelled())
	})
	if len(got) != 1 || !isTimeout(got[0]) {
		t.Errorf("reported: %v; a call of Cancelled must not count as asking for the error", got)
	}
}

// Nobody gets the error of a task whose future was cancelled.
func TestStartThreadsafeFailsUnseen(t *testing.T) {
	var r reports
	l := testbed.NewLoop(t, r.option())
	f := rt.StartThreadsafe(l, cleanup(time.Hour, errMine))
	l.CallLater(ms, func() { f.Cancel(nil) })
	l.CallLater(2*ms, l.Stop)
	if err := errors.Join(l.RunForever(), l.Close()); err != nil {
		t.Error(err)
	}
	if len(r.errs) != 1 || !errors.Is(r.errs[0], errMine) || !f.Cancelled() {
		t.Errorf("%v; reported: %v", f, r.errs)
	}
}
