package rt_test

// This file tests Await and the current task in code that is not a machine: in lock-step
// coroutines, on ordinary goroutines, and where Await cannot work.

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestLockstepHandsTheBatonOver(t *testing.T) {
	// The loop and the coroutines never run at the same time. The variables need no locks, and
	// the race detector agrees.
	run(t, func() error {
		counter, turn := 0, 0
		var tasks []rt.Expr[rt.Void]
		for range 4 {
			tasks = append(tasks, do(func() error {
				for range 50 {
					before := counter
					runtime.Gosched()
					counter = before + 1
					if err := wait(rt.Yield()); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		rt.Current().Loop().CallSoon(func() { turn++ })
		if err := wait(rt.Gather(tasks...)); err != nil || counter != 200 || turn != 1 {
			return fmt.Errorf("%v, counter is %d", err, counter)
		}
		return nil
	})
}

func TestLockstepSelf(t *testing.T) {
	run(t, func() error {
		self := rt.Current()
		return wait(do(func() error { // awaited, not spawned, so it runs in the same task
			if rt.Current() != self {
				return fmt.Errorf("%v is not %v", rt.Current(), self)
			}
			if err := wait(rt.Yield()); err != nil {
				return err
			}
			if rt.Current() != self {
				return fmt.Errorf("later, %v is not %v", rt.Current(), self)
			}
			return wait(pollFunc[rt.Void](func(t *rt.Task) (rt.Void, error, bool) {
				if rt.Current() != self || t != self {
					return rt.Void{}, errors.New("in Poll it is another task"), true
				}
				return rt.Void{}, nil, true
			}))
		}))
	})
	// A machine on the goroutine of the loop.
	l := testbed.NewLoop(t)
	if _, err := rt.RunUntilComplete(l, pollFunc[int](func(t *rt.Task) (int, error, bool) {
		if rt.Current() != t {
			return 0, errors.New("in Poll it is another task"), true
		}
		return 0, nil, true
	})); err != nil {
		t.Error(err)
	}
}

func TestLockstepPanicIsRecovered(t *testing.T) {
	run(t, func() (err error) {
		defer func() {
			if v := recover(); v != "boom" {
				err = fmt.Errorf("panic with %v", v)
			}
		}()
		return wait(do(func() error {
			if err := wait(rt.Yield()); err != nil {
				return err
			}
			return bug("boom")
		}))
	})
}

func TestBlockOnAnOrdinaryGoroutine(t *testing.T) {
	testbed.Clean(t)
	if err := wait(rt.Sleep(ms)); err != nil {
		t.Errorf("an operation: %v", err)
	}
	if v, err := rt.Block(rt.Timeout(1e12, rt.ToThread(func() (int, error) { return 7, nil }))); v != 7 || err != nil {
		t.Errorf("an operation that is made of another one: %d, %v", v, err)
	}
	var f rt.Future[int]
	go f.Set(7)
	if v, err := rt.Block(&f); v != 7 || err != nil {
		t.Errorf("a future: %d, %v", v, err)
	}
	if v := panicOf(func() { wait(rt.ToThread(func() (int, error) { return 0, bug("boom") })) }); v != "boom" {
		t.Errorf("panic with %v", v)
	}
}

// Only the caller knows on which loop a coroutine that belongs to none is to run. On a new loop
// it would race with the tasks with which it shares state.
func TestBlockForACoroutineOfNoLoop(t *testing.T) {
	testbed.Clean(t)
	ran := false
	coroutine := func() rt.Coroutine[rt.Void] {
		return do(func() error { ran = true; return nil })
	}
	machine := rt.NewCoroutine[rt.Void](&workFrame{i: 4})
	var once locks.Once[rt.Void]
	for name, block := range map[string]func() error{
		"reference":      func() error { return wait(coroutine()) },
		"machine":        func() error { return wait(machine) },
		"Await":          func() error { return co.Wait(coroutine()) },
		"Async":          func() error { return co.Wait(co.AsyncVoid(func() error { ran = true; return nil })) },
		"Timeout":        func() error { return wait(rt.Timeout(ms, coroutine())) },
		"TimeoutAt":      func() error { return wait(rt.TimeoutAt(time.Unix(1e9, 0), coroutine())) },
		"Shield":         func() error { return wait(rt.Shield(coroutine())) },
		"Gather":         func() error { return wait(rt.Gather[rt.Void](rt.Yield(), coroutine())) },
		"Gather2":        func() error { return wait(rt.Gather2(rt.Yield(), coroutine())) },
		"Race":           func() error { return wait(rt.Race[rt.Void](rt.Yield(), coroutine())) },
		"StaggeredRace":  func() error { return wait(rt.StaggeredRace[rt.Void](ms, coroutine())) },
		"Once":           func() error { return wait(once.Do(coroutine())) },
		"several levels": func() error { return wait(rt.Shield(rt.Timeout(ms, rt.Gather2(rt.Yield(), coroutine())))) },
	} {
		t.Run(name, func(t *testing.T) {
			wantPanic(t, func() { block() }, "awaits a coroutine on a goroutine that runs no event loop",
				"rt.Run(", "rt.Block(rt.StartThreadsafe(loop", "rt.RunThreadsafe(ctx, loop")
		})
	}
	if ran {
		t.Error("a coroutine has run")
	}
}

func TestBlockForATaskOfAnotherGoroutine(t *testing.T) {
	tasks := make(chan *rt.TaskOf[int])
	done := make(chan struct{})
	go func() {
		defer close(done)
		rt.Run(do(func() error {
			tasks <- rt.Spawn(rt.Current(), after(ms, 7))
			tasks <- rt.Spawn(rt.Current(), machine.Lockstep(func() (int, error) { return 0, bug("boom") }))
			return wait(rt.Sleep(1e12))
		}), testbed.Real(t, rt.WithHandler(func(error) {}))...)
	}()
	first := <-tasks
	loop := first.Loop()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if v, err := rt.Block(first); v != 7 || err != nil {
				t.Errorf("result is %d, %v", v, err)
			}
		})
	}
	second := <-tasks
	if v := panicOf(func() { rt.Block(second) }); v != "boom" {
		t.Errorf("panic with %v", v)
	}
	if err := wait(rt.Timeout(1e12, first)); err != nil {
		t.Errorf("through a timeout: %v", err)
	}
	if vs, err := rt.Block(rt.Gather[int](after(ms, 1), first)); len(vs) != 2 || err != nil {
		t.Errorf("through a gather: %v, %v", vs, err)
	}
	if two, err := rt.Block(rt.Gather2(after(ms, 1), rt.Shield(first))); two.V2 != 7 || err != nil {
		t.Errorf("through a gather: %v, %v", two, err)
	}
	wg.Wait()
	main := rt.StartThreadsafe(loop, machine.Lockstep(func() (*rt.Task, error) { return loop.Tasks()[0], nil }))
	task, err := rt.Block(main)
	if err != nil {
		t.Fatal(err)
	}
	loop.CallSoonThreadsafe(func() { task.Cancel(nil) })
	<-done
	// The loop is closed, but the result is still there.
	if v, err := rt.Block(first); v != 7 || err != nil {
		t.Errorf("result is %d, %v", v, err)
	}
}

// syncHelper is an ordinary function that a machine calls.
func syncHelper() error { return wait(rt.Sleep(ms)) }

func TestBlockWhereItWouldStopTheLoop(t *testing.T) {
	l := testbed.NewLoop(t)
	l.CallSoon(func() {
		wantPanic(t, func() { syncHelper() }, "wait", "awaits on the goroutine that runs the event loop", "//coroutine:async", "rt.ToThread")
	})
	if _, err := rt.RunUntilComplete(l, pollFunc[int](func(*rt.Task) (int, error, bool) {
		wantPanic(t, func() { rt.Block(rt.Sleep(ms)) }, "rt_test.TestBlockWhereItWouldStopTheLoop", "awaits on the goroutine that runs the event loop")
		return 0, nil, true
	})); err != nil {
		t.Error(err)
	}
}

func TestReferenceAndMachineGiveTheSameOrder(t *testing.T) {
	testbed.Clean(t)
	// Tasks of both kinds run on one loop. With each seed, coroutines on the reference backend
	// and machines interleave with the others in the same way.
	order := func(seed uint64, worker func(tr *trace, name string) rt.Expr[rt.Void]) []string {
		var tr trace
		clock := new(rttest.Clock)
		poller := rttest.NewPoller(clock)
		_, err := rt.Run(do(func() error {
			return wait(rt.Gather(worker(&tr, "a"), worker(&tr, "b"), worker(&tr, "c")))
		}), rt.WithSeed(seed), rt.WithClock(clock), rt.WithPoller(poller))
		if err != nil {
			t.Fatal(err)
		}
		return tr
	}
	for seed := range uint64(20) {
		reference := order(seed, func(tr *trace, name string) rt.Expr[rt.Void] {
			return do(func() error {
				for i := range 4 {
					tr.add("%s%d", name, i)
					if err := wait(rt.Yield()); err != nil {
						return err
					}
				}
				return nil
			})
		})
		machine := order(seed, func(tr *trace, name string) rt.Expr[rt.Void] {
			return rt.NewCoroutine[rt.Void](&workFrame{tr: tr, name: name})
		})
		if !slices.Equal(reference, machine) {
			t.Fatalf("seed %d: reference %v, machine %v", seed, reference, machine)
		}
	}
}

type workFrame struct {
	tr    *trace
	name  string
	i     int
	begun bool
	yield rt.YieldOp
}

func (f *workFrame) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	if f.begun {
		goto await
	}
	f.begun = true
loop:
	if f.i == 4 {
		return rt.Void{}, nil, true
	}
	f.tr.add("%s%d", f.name, f.i)
	f.yield = rt.Yield()
await:
	if _, err, ready := f.yield.Poll(t); !ready || err != nil {
		return rt.Void{}, err, ready
	}
	f.i++
	goto loop
}

// A blockingFrame is the machine of a function that calls Block where it should await.
type blockingFrame struct{}

func (f *blockingFrame) Poll(*rt.Task) (rt.Void, error, bool) {
	_, err := rt.Block(rt.Yield())
	return rt.Void{}, err, true
}

// The panic does not tell the author of a coroutine to make it one.
func TestBlockInMachine(t *testing.T) {
	l := testbed.NewLoop(t)
	l.CallSoon(func() {
		wantPanic(t, func() { new(blockingFrame).Poll(nil) }, "(*blockingFrame).Poll awaits on", "write Await of package annotations and not rt.Block")
	})
	if _, err := rt.RunUntilComplete(l, rt.Sleep(ms)); err != nil {
		t.Error(err)
	}
}
