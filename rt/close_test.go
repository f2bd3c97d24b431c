package rt_test

// This file tests closing a loop.

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

func TestRunCancelsWhatIsLeft(t *testing.T) {
	ended := 0
	v, err := testbed.RunFake(t, machine.Lockstep(func() (int, error) {
		for range 5 {
			spawn(func() (err error) {
				defer func() {
					if errors.Is(err, rt.ErrLoopClosed) && isCanceled(err) {
						ended++
					}
				}()
				defer func() { // takes some time, and starts another task
					rt.Block(rt.Shield(do(func() error {
						spawn(func() error {
							err := wait(rt.Sleep(time.Hour))
							if errors.Is(err, rt.ErrLoopClosed) {
								ended++
							}
							return err
						})
						return wait(rt.Sleep(time.Second))
					})))
				}()
				return wait(rt.Sleep(time.Hour))
			})
		}
		return 7, wait(rt.Yield())
	}))
	if v != 7 || err != nil || ended != 10 {
		t.Errorf("result is %d, %v; %d tasks ended", v, err, ended)
	}
}

func TestCloseWaitsForThreads(t *testing.T) {
	ended := false
	_, err := testbed.RunFake(t, do(func() error {
		hold := make(chan int)
		spawn(func() error {
			err := wait(rt.ToThread(func() (int, error) { return <-hold, nil }))
			ended = true
			return err
		})
		wait(rt.Yield())
		wait(rt.Yield())
		go func() { hold <- 1 }()
		return nil
	}))
	if err != nil || !ended {
		t.Errorf("%v, ended: %v", err, ended)
	}
}

func TestStuckTasksAreReported(t *testing.T) {
	ended := false
	_, err := testbed.RunFake(t, do(func() error {
		q := queues.New[int](0)
		rt.Spawn(rt.Current(), pollFunc[int](func(t *rt.Task) (int, error, bool) {
			t.Wake() // ignores its cancellation
			return 0, nil, false
		})).SetName("deaf")
		rt.Spawn(rt.Current(), rt.NewCoroutine[rt.Void](&ignoreFrame{q: q})).SetName("careless")
		spawn(func() error {
			defer func() { ended = true }()
			return wait(rt.Sleep(time.Hour))
		})
		wait(rt.Yield())
		return wait(rt.Yield())
	}))
	var stuck *rt.StuckError
	if !errors.As(err, &stuck) || len(stuck.Tasks) != 2 || !ended {
		t.Fatalf("error is %v; the good task ended: %v", err, ended)
	}
	for _, name := range []string{"deaf", "careless (rt_test.ignore)"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("no %q in %v", name, err)
		}
	}
}

// ignoreFrame awaits in a loop that it does not leave when an await fails.
type ignoreFrame struct {
	q   *queues.Queue[int]
	get queues.GetOp[int]
	on  bool
}

func (f *ignoreFrame) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	for {
		if !f.on {
			f.get = f.q.Get()
		}
		_, _, ready := f.get.Poll(t)
		if f.on = !ready; f.on {
			return rt.Void{}, nil, false
		}
	}
}

func TestClose(t *testing.T) {
	l, err := rt.NewLoop(testLoop(t)...)
	if err != nil {
		t.Fatal(err)
	}
	var tr trace
	task := rt.Start(l, rt.Sleep(time.Hour)) // it never takes a step
	task.OnDone(func(*rt.Task) { tr.add("done") })
	l.CallSoon(func() { tr.add("soon") })
	l.CallLater(time.Hour, func() { tr.add("later") })
	l.CallSoonThreadsafe(func() {
		tr.add("threadsafe")
		rt.Start(l, do(func() error { tr.add("started %v", rt.Current().Err() != nil); return nil }))
	})
	for range 2 {
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err, done := task.Result(); !isCanceled(err) || !done {
		t.Errorf("the task: %v, %v", err, done)
	}
	if got := fmt.Sprint(tr); got != "[soon done threadsafe started true]" && got != "[done soon threadsafe started true]" {
		t.Errorf("at the end: %v", got)
	}
	wantPanic(t, func() { rt.Start(l, rt.Yield()) }, "closed")
	task.Wake()
	task.Cancel(nil)
}

func TestRunReturnsBothErrors(t *testing.T) {
	_, err := testbed.RunFake(t, do(func() error {
		rt.Spawn(rt.Current(), pollFunc[int](func(t *rt.Task) (int, error, bool) {
			t.Wake()
			return 0, nil, false
		}))
		return errCause
	}))
	var stuck *rt.StuckError
	if !errors.Is(err, errCause) || !errors.As(err, &stuck) {
		t.Errorf("error is %v", err)
	}
}

// uncancelFrame takes back each cancellation and goes on.
type uncancelFrame struct{ sleep rt.SleepOp }

func (f *uncancelFrame) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	for {
		if _, err, ready := f.sleep.Poll(t); !ready {
			return rt.Void{}, nil, false
		} else if err != nil {
			t.Uncancel()
		}
		f.sleep = rt.Sleep(time.Hour)
	}
}

func TestCloseCannotBeTakenBack(t *testing.T) {
	l, err := rt.NewLoop(testLoop(t)...)
	if err != nil {
		t.Fatal(err)
	}
	task := rt.Start(l, rt.NewCoroutine[rt.Void](&uncancelFrame{sleep: rt.Sleep(time.Hour)}))
	l.CallLater(ms, func() { task.Cancel(nil) })
	if _, err := rt.RunUntilComplete(l, rt.Sleep(2*ms)); err != nil || task.Done() || task.Cancelling() != 0 {
		t.Errorf("%v, ended: %v, cancelled %d times", err, task.Done(), task.Cancelling())
	}
	var stuck *rt.StuckError
	if err := l.Close(); !errors.As(err, &stuck) {
		t.Errorf("closed with %v", err)
	}
}

// Clients that send again after every error do not keep a loop from closing.
func TestCloseUnderAFlood(t *testing.T) {
	l, err := rt.NewLoop(testbed.Real(t)...)
	if err != nil {
		t.Fatal(err)
	}
	var served rt.Future[int]
	var flood sync.WaitGroup
	for range 500 {
		flood.Go(func() {
			for {
				// Each of these takes some time, although it is cancelled.
				f := rt.StartThreadsafe(l, rt.Shield(rt.ToThread(func() (int, error) { return 1, nil })))
				if v, err := rt.Block(f); err == rt.ErrLoopClosed {
					return
				} else if v != 1 || err != nil {
					t.Error(v, err)
					return
				}
				served.Set(1)
			}
		})
	}
	if _, err := rt.RunUntilComplete(l, &served); err != nil {
		t.Error(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	flood.Wait()
}

// Goroutines that wake a task which has ended, again and again, do not keep a loop from
// closing. In debug mode a loop takes longer for a wake-up than they do.
func TestCloseUnderAFloodOfWakeups(t *testing.T) {
	l, err := rt.NewLoop(testbed.Real(t)...)
	if err != nil {
		t.Fatal(err)
	}
	l.SetDebug(true)
	task := rt.Start(l, rt.Yield())
	if _, err := rt.RunUntilComplete(l, task); err != nil {
		t.Error(err)
	}
	var flood, begun sync.WaitGroup
	for range 8 {
		begun.Add(1)
		flood.Go(func() {
			begun.Done()
			for !l.Closed() {
				task.WakeThreadsafe()
				runtime.Gosched() // where there is one thread, nothing else would run
			}
		})
	}
	begun.Wait()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	flood.Wait()
}

// A task that starts while the loop is closing may wait, in a shield, for the end of a context.
func TestContextEndsWhileClosing(t *testing.T) {
	l, err := rt.NewLoop(testLoop(t)...)
	if err != nil {
		t.Fatal(err)
	}
	var late *rt.TaskOf[rt.Void]
	rt.Start(l, do(func() error {
		defer l.CallSoon(func() {
			late = rt.Start(l, do(func() error {
				defer rt.Current().OpenShield().Close()
				ctx, cancel := context.WithCancelCause(context.Background())
				defer rt.Current().OpenContext(ctx).Close()
				cancel(errCause)
				return wait(rt.NewFuture[int]())
			}))
		})
		return wait(rt.Sleep(time.Hour))
	}))
	if _, err := rt.RunUntilComplete(l, rt.Yield()); err != nil {
		t.Error(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if err := late.Failure(); !isCanceled(err) || !errors.Is(err, errCause) {
		t.Errorf("the late task: %v", err)
	}
}
