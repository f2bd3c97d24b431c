package rt_test

// This file tests calls on other goroutines.

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

func TestToThread(t *testing.T) {
	run(t, func() error {
		l := rt.Current().Loop()
		hold := make(chan int)
		task := rt.Spawn(rt.Current(), rt.ToThread(func() (int, error) { return <-hold, errCause }))
		for range 3 { // the loop runs in the meantime
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
		task := rt.Spawn(rt.Current(), machine.Lockstep(func() (int, error) {
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

func TestExecutorLimit(t *testing.T) {
	for _, how := range []string{"executor", "loop"} {
		e := rt.NewExecutor(3)
		call := rt.ToThreadContext[int]
		var opts []rt.Option
		if how == "loop" {
			opts = append(opts, rt.WithExecutor(e))
		} else {
			call = func(fn func(context.Context) (int, error)) rt.ThreadOp[int] { return rt.RunInExecutor(e, fn) }
		}
		run(t, func() error {
			begun := make(chan int, 10)
			hold := make(chan int)
			var tasks []*rt.TaskOf[int]
			for i := range 10 {
				tasks = append(tasks, rt.Spawn(rt.Current(), call(func(context.Context) (int, error) {
					begun <- i
					return <-hold, nil
				})))
			}
			for e.Waiting() < 7 {
				if err := wait(rt.Yield()); err != nil {
					return err
				}
			}
			if e.Running() != 3 {
				return fmt.Errorf("%d calls are running", e.Running())
			}
			// A waiting call can be cancelled, and is then never made.
			running := []int{<-begun, <-begun, <-begun}
			last := 0
			for slices.Contains(running, last) {
				last++
			}
			tasks[last].Cancel(nil)
			if _, err := rt.Block(tasks[last]); !isCanceled(err) {
				return fmt.Errorf("cancelled while it waits: %v", err)
			}
			tasks = slices.Delete(tasks, last, last+1)
			if e.Waiting() != 6 {
				return fmt.Errorf("%d calls wait", e.Waiting())
			}
			sum := 0
			go func() {
				for range 9 {
					hold <- 1
				}
			}()
			for _, task := range tasks {
				v, err := rt.Block(task)
				if err != nil {
					return err
				}
				sum += v
			}
			if sum != 9 || len(begun) != 6 || e.Running() != 0 || e.Waiting() != 0 {
				return fmt.Errorf("sum %d, %d begun, %d running, %d waiting", sum, len(begun), e.Running(), e.Waiting())
			}
			return nil
		}, opts...)
	}
}

// blockedCalls starts n calls that block until hold is closed. It returns the number of calls
// that are running once all that may begin have begun.
func blockedCalls(n, limit int, hold chan int) (tasks []*rt.TaskOf[int], running int, err error) {
	begun := make(chan int, n)
	for range n {
		tasks = append(tasks, rt.Spawn(rt.Current(), rt.ToThread(func() (int, error) {
			begun <- 1
			<-hold
			return 1, nil
		})))
	}
	for range 3 { // one call too many would begin now
		if err := wait(rt.Yield()); err != nil {
			return tasks, 0, err
		}
	}
	for range min(n, limit) {
		<-begun
		running++
	}
	return tasks, rt.Current().Loop().Threads(), nil
}

// There are more calls than a program can have threads. The rest wait for their turn.
func TestThreadsAreLimited(t *testing.T) {
	const calls = 11_000
	run(t, func() error {
		hold := make(chan int)
		tasks, running, err := blockedCalls(calls, rt.DefaultThreads, hold)
		if err != nil {
			return err
		}
		waiting := 0
		for _, task := range tasks {
			if strings.Contains(task.Stack(), "rt_test.blockedCalls.func1  waits for its turn: 512 calls are running") {
				waiting++
			}
		}
		close(hold)
		sum := 0
		for _, task := range tasks {
			n, err := rt.Block(task)
			if err != nil {
				return err
			}
			sum += n
		}
		if running != rt.DefaultThreads || sum != calls {
			return fmt.Errorf("%d calls were running, %d were made", running, sum)
		}
		if waiting != calls-rt.DefaultThreads {
			return fmt.Errorf("%d calls say that they wait for their turn", waiting)
		}
		return nil
	})
}

// The limit can be changed or removed.
func TestThreadsWithoutLimit(t *testing.T) {
	for limit, opt := range map[int]rt.Option{
		2 * rt.DefaultThreads: rt.WithExecutor(nil),
		3:                     rt.WithExecutor(rt.NewExecutor(3)),
	} {
		run(t, func() error {
			hold := make(chan int)
			tasks, running, err := blockedCalls(2*rt.DefaultThreads, limit, hold)
			close(hold)
			for _, task := range tasks {
				err = errors.Join(err, wait(task))
			}
			if running != limit {
				return fmt.Errorf("%d calls were running, want %d", running, limit)
			}
			return err
		}, opt)
	}
}

// Loops that run at once share the limit, because the threads belong to one program. A loop
// that runs inside of a call has a limit of its own: otherwise the calls could wait for each
// other.
func TestThreadsOfSeveralLoops(t *testing.T) {
	testbed.Clean(t)
	var running, most atomic.Int64
	call := rt.ToThread(func() (int, error) {
		now := running.Add(1)
		defer running.Add(-1)
		for before := most.Load(); now > before && !most.CompareAndSwap(before, now); before = most.Load() {
		}
		runtime.Gosched()
		return 0, nil
	})
	_, err := rt.RunLoops(4, func(int) rt.Expr[[]int] {
		return rt.Gather(slices.Repeat([]rt.Expr[int]{call}, rt.DefaultThreads)...)
	}, testbed.Real(t)...)
	if err != nil || most.Load() > rt.DefaultThreads {
		t.Errorf("%d calls were running at once: %v", most.Load(), err)
	}
	if _, err := testbed.RunFake(t, rt.ToThread(func() (int, error) { return testbed.RunReal(t, call) }), rt.WithExecutor(rt.NewExecutor(1))); err != nil {
		t.Error(err)
	}
}

// However a call ends, the next one gets its place, even if it is on another loop.
func TestExecutorPlaceIsFree(t *testing.T) {
	e := rt.NewExecutor(1)
	ended := make(chan error)
	go func() {
		_, err := testbed.RunReal(t, do(func() error {
			for i := range 100 {
				v, err := rt.Block(rt.RunInExecutor(e, func(context.Context) (int, error) { return i, nil }))
				if v != i || err != nil {
					return fmt.Errorf("call %d: %d, %v", i, v, err)
				}
			}
			return nil
		}))
		ended <- err
	}()
	run(t, func() error {
		for i := range 20 {
			call := func(fn func() (int, error)) *rt.TaskOf[int] {
				return rt.Spawn(rt.Current(), rt.RunInExecutor(e, func(context.Context) (int, error) { return fn() }))
			}
			if v := panicOf(func() { rt.Block(call(func() (int, error) { return 0, bug("boom") })) }); v != "boom" {
				return fmt.Errorf("panic with %v", v)
			}
			if _, err := rt.Block(call(func() (int, error) { return 0, errCause })); err != errCause {
				return fmt.Errorf("error is %v", err)
			}
			cancelled := call(func() (int, error) { return 0, nil })
			for range i % 3 {
				if err := wait(rt.Yield()); err != nil {
					return err
				}
			}
			cancelled.Cancel(nil)
			if _, err := rt.Block(cancelled); err != nil && !isCanceled(err) {
				return fmt.Errorf("cancelled: %v", err)
			}
		}
		return nil
	})
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if e.Running() != 0 || e.Waiting() != 0 {
		t.Errorf("%d calls are running, %d wait", e.Running(), e.Waiting())
	}
}

// stuckCall blocks until it is released. A cancellation of its caller does not end it.
func stuckCall(release chan error) (int, error) {
	err := <-release
	if err != nil {
		panic(err)
	}
	return 1, nil
}

func TestAbandonedCall(t *testing.T) {
	var reports []error
	release := make(chan error)
	run(t, func() error {
		l := rt.Current().Loop()
		call := func() *rt.TaskOf[int] {
			task := rt.Spawn(rt.Current(), rt.ToThread(func() (int, error) { return stuckCall(release) }).Abandonable())
			for l.Threads() == 0 {
				if err := wait(rt.Yield()); err != nil {
					t.Error(err)
					break
				}
			}
			return task
		}
		// A call that is not cancelled is like any other.
		task := call()
		release <- nil
		if v, err := rt.Block(task); v != 1 || err != nil {
			return fmt.Errorf("%d, %v", v, err)
		}
		for _, outcome := range []error{nil, errCause} {
			task := call()
			task.Cancel(nil)
			if _, err := rt.Block(task); !isCanceled(err) {
				return fmt.Errorf("cancelled: %v", err)
			}
			if l.Threads() != 1 {
				return fmt.Errorf("%d threads", l.Threads())
			}
			release <- outcome
			for l.Threads() > 0 {
				if err := wait(rt.Yield()); err != nil {
					return err
				}
			}
		}
		return nil
	}, rt.WithHandler(func(err error) { reports = append(reports, err) }))
	var late *rt.Panic
	if len(reports) != 1 || !errors.As(reports[0], &late) || late.Value != errCause {
		t.Errorf("reports: %v", reports)
	}
}

func TestAbandonedCallIsReportedAtTheEnd(t *testing.T) {
	release := make(chan error)
	_, err := testbed.RunReal(t, rt.Timeout(1, rt.ToThread(func() (int, error) { return stuckCall(release) }).Abandonable()))
	var left *rt.AbandonedError
	if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &left) || len(left.Calls) != 1 {
		t.Errorf("Run ended with %v", err)
	} else if want := "rt_test.TestAbandonedCallIsReportedAtTheEnd.func1"; left.Calls[0] != want {
		t.Errorf("the call is %s, want %s", left.Calls[0], want)
	}
	release <- nil
}

// brokenPoller cannot wait. Its Wait calls asked and fails.
type brokenPoller struct{ asked func() }

func (brokenPoller) Add(int, rt.Readiness) error { return errors.ErrUnsupported }
func (brokenPoller) Remove(int) error            { return errors.ErrUnsupported }
func (p brokenPoller) Wait(time.Duration) error  { p.asked(); return errMine }
func (brokenPoller) Wakeup() error               { return nil }
func (brokenPoller) Close() error                { return nil }

// A loop that breaks down keeps no place of an executor, although calls of its tasks were
// waiting for one.
func TestExecutorOutlivesALoop(t *testing.T) {
	e := rt.NewExecutor(1)
	release := make(chan int)
	call := rt.Shield[int](rt.RunInExecutor(e, func(context.Context) (int, error) { return <-release, nil }))
	waited := 0
	poller := brokenPoller{func() { waited = max(waited, e.Waiting()) }}
	_, err := testbed.RunFake(t, rt.Gather[int](call, call), rt.WithPoller(poller))
	if !errors.Is(err, errMine) || waited != 1 || e.Running() != 1 || e.Waiting() != 0 {
		t.Errorf("%v; %d waited; %d running, %d waiting", err, waited, e.Running(), e.Waiting())
	}
	close(release)
	v, err := testbed.Run(t, rt.RunInExecutor(e, func(context.Context) (int, error) { return 7, nil }))
	if v != 7 || err != nil {
		t.Errorf("on another loop: %d, %v", v, err)
	}
}

// polledOnce polls op once and returns at the next wake-up of its task.
type polledOnce struct {
	op    rt.ThreadOp[int]
	begun bool
}

func (p *polledOnce) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	if !p.begun {
		p.begun = true
		_, _, ready := p.op.Poll(t)
		return rt.Void{}, nil, ready
	}
	return rt.Void{}, nil, true
}

// A task that waits for its turn may end without taking it. The next one in line then has its
// turn.
func TestTaskEndsBeforeItsTurn(t *testing.T) {
	for _, when := range []string{"while it waits", "when its turn has come"} {
		t.Run(when, func(t *testing.T) {
			e := rt.NewExecutor(1)
			hold := make(chan int)
			run(t, func() error {
				call := func(fn func() int) rt.ThreadOp[int] {
					return rt.RunInExecutor(e, func(context.Context) (int, error) { return fn(), nil })
				}
				first := rt.Spawn(rt.Current(), call(func() int { return <-hold }))
				for e.Running() == 0 {
					if err := wait(rt.Yield()); err != nil {
						return err
					}
				}
				leaver := rt.Spawn(rt.Current(), rt.NewCoroutine[rt.Void](&polledOnce{op: call(func() int { return 0 })}))
				for e.Waiting() < 1 {
					if err := wait(rt.Yield()); err != nil {
						return err
					}
				}
				next := rt.Spawn(rt.Current(), call(func() int { return 7 }))
				for e.Waiting() < 2 {
					if err := wait(rt.Yield()); err != nil {
						return err
					}
				}
				if when == "while it waits" {
					leaver.Wake()
					if err := wait(leaver); err != nil {
						return err
					}
					if err := wait(rt.Yield()); err != nil { // for the callbacks at the end of the task
						return err
					}
					if e.Waiting() != 1 {
						return fmt.Errorf("%d wait for their turn, want 1", e.Waiting())
					}
				}
				hold <- 1
				if err := errors.Join(wait(first), wait(leaver)); err != nil {
					return err
				}
				for range 1000 {
					if next.Done() {
						break
					}
					if err := wait(rt.Sleep(ms)); err != nil {
						return err
					}
				}
				if !next.Done() {
					next.Cancel(nil)
					return fmt.Errorf("the next call has not started: %d run, %d wait", e.Running(), e.Waiting())
				}
				if v, err := rt.Block(next); v != 7 || err != nil {
					return fmt.Errorf("the next call gave %d, %v", v, err)
				}
				return want(e.Running() == 0 && e.Waiting() == 0, "%d run, %d wait", e.Running(), e.Waiting())
			})
		})
	}
}
