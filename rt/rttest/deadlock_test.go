package rttest_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/queues"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestDeadlockIsReportedWithTheTasksThatWait(t *testing.T) {
	testbed.Clean(t)
	tb := &fakeTB{TB: t}
	l := rttest.NewLoop(tb)
	var never, nor rt.Future[int]
	rt.Start(l, &never).SetName("consumer")
	_, err := rt.RunUntilComplete(l, machine.Lockstep(func() (int, error) {
		rt.Current().SetName("main")
		return rt.Block(&nor)
	}))
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"deadlock", "consumer\n\trt.Future", "main\n\tTestDeadlockIsReportedWithTheTasksThatWait  deadlock_test.go:", "\n\trt.Future"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in: %v", want, err)
		}
	}
	if got := tb.end(); !strings.Contains(got, "left on the loop: consumer") {
		t.Errorf("the end of the test says %q", got)
	}
}

func TestDeadlockWithoutTasks(t *testing.T) {
	if err := testbed.NewLoop(t).RunForever(); err == nil || !strings.Contains(err.Error(), "no task is left") {
		t.Errorf("a loop without tasks that runs for ever: %v", err)
	}
}

func TestGoroutineThatRunsIsNoDeadlock(t *testing.T) {
	for _, work := range []func(){
		func() {
			for range 100_000 {
				runtime.Gosched()
			}
		},
		func() { time.Sleep(3 * time.Millisecond) },
	} {
		var f rt.Future[int]
		v, err := testbed.Run(t, machine.Lockstep(func() (int, error) {
			go func() {
				work()
				f.Set(7)
			}()
			return rt.Block(&f)
		}))
		if v != 7 || err != nil {
			t.Error(v, err)
		}
	}
}

// A timer that the clock does not know may set a goroutine free, whether the goroutine runs a
// call of ToThread or not.
func TestTimerOfPackageTimeIsNoDeadlock(t *testing.T) {
	const d = 5 * time.Millisecond
	late := func() (int, error) { <-time.After(d); return 7, nil }
	for name, begin := range map[string]func() rt.Expr[int]{
		"thread":                    func() rt.Expr[int] { return rt.ToThread(late) },
		"thread under a timeout":    func() rt.Expr[int] { return rt.Timeout(time.Hour, rt.ToThread(late)) },
		"goroutine under a timeout": func() rt.Expr[int] { return rt.Timeout(time.Hour, rt.Go(late)) },
		"callback under a timeout": func() rt.Expr[int] {
			return rt.Timeout(time.Hour, rt.Callback(func(done func(int, error)) { time.AfterFunc(d, func() { done(late()) }) }))
		},
		"goroutine that sleeps under a timeout": func() rt.Expr[int] {
			f := rt.NewFuture[int]()
			go func() { time.Sleep(d); f.Set(7) }()
			return rt.Timeout(time.Hour, f)
		},
		"goroutine": func() rt.Expr[int] { return rt.Go(late) },
		"no goroutine at all": func() rt.Expr[int] {
			return rt.Callback(func(done func(int, error)) { time.AfterFunc(d, func() { done(late()) }) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			if v, err := testbed.Run(t, begin()); v != 7 || err != nil {
				t.Error(v, err)
			}
		})
	}
}

// The clock does not skip what it cannot know. A timer of a task fires only if nobody else can
// end the wait before.
func TestClockWaitsForGoroutines(t *testing.T) {
	work := func() (int, error) {
		for range 10_000 {
			runtime.Gosched()
		}
		return 7, nil
	}
	future := func() *rt.Future[int] {
		f := rt.NewFuture[int]()
		go func() { f.Set(first(work())) }()
		return f
	}
	for name, begin := range map[string]func(t *testing.T) rt.Expr[int]{
		"ToThread": func(t *testing.T) rt.Expr[int] { return rt.ToThread(work) },
		"ToThreadContext": func(t *testing.T) rt.Expr[int] {
			return rt.ToThreadContext(func(context.Context) (int, error) { return work() })
		},
		"Go":             func(t *testing.T) rt.Expr[int] { return rt.Go(work) },
		"Go that is fed": func(t *testing.T) rt.Expr[int] { return rt.Go(func() (int, error) { return <-later(work), nil }) },
		"Callback": func(t *testing.T) rt.Expr[int] {
			return rt.Callback(func(done func(int, error)) { go func() { done(work()) }() })
		},
		"Future":          func(t *testing.T) rt.Expr[int] { return future() },
		"StartThreadsafe": func(t *testing.T) rt.Expr[int] { return rt.StartThreadsafe(otherLoop(t), rt.ToThread(work)) },
		"Receive":         func(t *testing.T) rt.Expr[int] { return rt.Receive(later(work)) },
		"FromContext": func(t *testing.T) rt.Expr[int] {
			return async2(func() (int, error) { return 7, sleepUntilCancelled(later(work)) })
		},
		"threadsafe queue": func(t *testing.T) rt.Expr[int] { return queueFedBy(work).Get() },
		"Select": func(t *testing.T) rt.Expr[int] {
			return async2(func() (int, error) {
				c := rt.On[int](future())
				if _, err := rt.Block(rt.Select(c, rt.On[rt.Void](rt.Sleep(time.Hour)))); err != nil {
					return 0, err
				}
				return c.Result()
			})
		},
		"Wait": func(t *testing.T) rt.Expr[int] {
			return async2(func() (int, error) {
				f := future()
				w, err := rt.Block(rt.Wait(rt.AllDone, f).For(time.Hour))
				if err != nil || len(w.Done) != 1 {
					return 0, fmt.Errorf("%d are done: %v", len(w.Done), err)
				}
				return rt.Block(f)
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := testbed.NewLoop(t)
			x := begin(t)
			if v, err := rt.RunUntilComplete(l, rt.Timeout(time.Hour, x)); v != 7 || err != nil || l.Time() != 0 {
				t.Errorf("result is %d, %v at %v", v, err, l.Time())
			}
		})
	}
}

// first returns the first of two results.
func first(v int, _ error) int { return v }

// later returns a channel to which a goroutine sends the result of work.
func later(work func() (int, error)) <-chan int {
	c := make(chan int)
	go func() { c <- first(work()) }()
	return c
}

func queueFedBy(work func() (int, error)) *queues.Queue[int] {
	q := queues.New[int](1).Threadsafe()
	go func() { q.PutBlocking(context.Background(), first(work())) }()
	return q
}

func async2(fn func() (int, error)) rt.Coroutine[int] { return machine.Lockstep(fn) }

// sleepUntilCancelled waits for a context that ends when c has a value.
func sleepUntilCancelled(c <-chan int) error {
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-c; cancel() }()
	_, err := rt.Block(rt.FromContext(ctx))
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// otherLoop runs a loop on another goroutine until the test ends.
func otherLoop(t *testing.T) *rt.Loop {
	l, err := rt.NewLoop(testbed.Real(t)...)
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

// A future that another task sets does not stop the clock. Something that nobody waits for any
// more does not stop it, either.
func TestClockJumpsWhenTasksSetFutures(t *testing.T) {
	l := testbed.NewLoop(t)
	f := rt.NewFuture[int]()
	q := queues.New[int](1).Threadsafe()
	_, err := rt.RunUntilComplete(l, async(func() error {
		rt.Spawn(rt.Current(), async(func() error {
			if err := sleep(time.Hour); err != nil {
				return err
			}
			q.TryPut(1)
			return f.Set(7)
		}))
		if _, err := rt.Block(q.Get()); err != nil {
			return err
		}
		_, err := rt.Block(f)
		return err
	}))
	if calls, others := l.Outside(); err != nil || l.Time() != time.Hour || calls != 0 || others != 0 {
		t.Errorf("%v at %v; tasks wait for %d calls and %d others", err, l.Time(), calls, others)
	}
}

// The clock does not pass a goroutine that runs for ever. The report names the goroutine.
func TestGoroutineThatRunsForever(t *testing.T) {
	testbed.Clean(t)
	defer rttest.SetWatchdog(10 * time.Millisecond)()
	stop := make(chan int)
	defer close(stop)
	begun := make(chan int)
	go func() {
		close(begun)
		for {
			select {
			case <-stop:
				return
			default:
				runtime.Gosched()
			}
		}
	}()
	<-begun
	tb := &fakeTB{TB: t}
	_, err := rttest.Run(tb, rt.Timeout(time.Hour, rt.NewFuture[int]()))
	if err == nil || !strings.Contains(err.Error(), "the clock stands still") || !strings.Contains(err.Error(), "TestGoroutineThatRunsForever.func") {
		t.Errorf("got %v", err)
	}
	tb.end()
}

// A thread that waits for what the loop is going to do later does not stop the clock.
func TestClockJumpsWhenThreadsWaitForTheLoop(t *testing.T) {
	release := make(chan int)
	_, err := testbed.Run(t, async(func() error {
		thread := rt.Spawn(rt.Current(), rt.ToThread(func() (int, error) { return <-release, nil }))
		if err := sleep(time.Hour); err != nil {
			return err
		}
		close(release)
		_, err := rt.Block(thread)
		return err
	}))
	if err != nil {
		t.Error(err)
	}
}

func TestTwoLoopsThatWaitForEachOther(t *testing.T) {
	testbed.Clean(t)
	var futures [2]rt.Future[int]
	errs := make(chan error, len(futures))
	for i := range futures {
		go func() {
			tb := &fakeTB{TB: t}
			_, err := rttest.Run(tb, machine.Lockstep(func() (int, error) { return rt.Block(&futures[i]) }))
			errs <- err
			tb.end()
		}()
	}
	for range futures {
		if err := <-errs; err == nil || !strings.Contains(err.Error(), "deadlock") {
			t.Errorf("got %v, want a deadlock", err)
		}
	}
}
