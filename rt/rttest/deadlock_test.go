package rttest_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestDeadlockIsReportedWithTheTasksThatWait(t *testing.T) {
	testbed.Clean(t)
	tb := &fakeTB{TB: t}
	l := rttest.NewLoop(tb)
	var never, nor rt.Future[int]
	rt.Start(l, &never).SetName("consumer")
	_, err := rt.RunUntilComplete(l, rt.Lockstep(func() (int, error) {
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
		v, err := testbed.Run(t, rt.Lockstep(func() (int, error) {
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

// What sets a goroutine free, in a thread or not, may be a timer that is out of
// sight.
func TestTimerOfPackageTimeIsNoDeadlock(t *testing.T) {
	const d = 5 * time.Millisecond
	late := func() (int, error) { <-time.After(d); return 7, nil }
	for name, begin := range map[string]func() rt.Expr[int]{
		"thread":    func() rt.Expr[int] { return rt.ToThread(late) },
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

// A thread that waits for what the loop is going to do later does not hold up
// the clock.
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
			_, err := rttest.Run(tb, rt.Lockstep(func() (int, error) { return rt.Block(&futures[i]) }))
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
