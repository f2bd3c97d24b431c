package rt_test

// This file tests tasks: results, names, wake-ups, fairness.

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

func TestSpawnAndAwait(t *testing.T) {
	run(t, func() error {
		task := rt.Spawn(rt.Current(), machine.Lockstep(func() (string, error) {
			return "result", errors.New("and error")
		}))
		if _, _, done := task.Result(); done || task.Done() {
			return errors.New("ran before its turn")
		}
		for range 3 { // the result can be had any number of times
			if v, err := rt.Block(task); v != "result" || err == nil || err.Error() != "and error" {
				return fmt.Errorf("result is %q, %v", v, err)
			}
		}
		return nil
	})
}

func TestSpawnedTaskOutlivesItsParent(t *testing.T) {
	var child *rt.TaskOf[rt.Void]
	run(t, func() error {
		parent := spawn(func() error {
			child = spawn(func() error { return wait(rt.Sleep(ms)) })
			return nil
		})
		if err := wait(parent); err != nil {
			return err
		}
		if child.Done() {
			return errors.New("ended with its parent")
		}
		return wait(child)
	})
}

func TestManyAwaitOneTask(t *testing.T) {
	l := fifo(t)
	var tr trace
	task := rt.Start(l, rt.Sleep(ms))
	for i := range 5 {
		rt.Start(l, do(func() error {
			err := wait(task)
			tr.add("%d", i)
			return err
		}))
	}
	leaver := rt.Start(l, do(func() error { return wait(task) }))
	l.CallSoon(func() { leaver.Cancel(nil) })
	if _, err := rt.RunUntilComplete(l, rt.Sleep(2*ms)); err != nil {
		t.Fatal(err)
	}
	tr.check(t, "0", "1", "2", "3", "4")
	if _, err, done := leaver.Result(); !done || err == nil {
		t.Errorf("the cancelled task: %v, %v", err, done)
	}
}

func TestTaskNames(t *testing.T) {
	l := testbed.NewLoop(t)
	a := rt.Start(l, rt.Sleep(ms))
	b := rt.Start(l, do(func() error { return nil }))
	b.SetName("b")
	c := rt.Start(l, rt.NewCoroutine[int](new(countFrame)))
	for _, test := range []struct{ got, want string }{
		{a.Name(), "task-1"},
		{a.String(), "task-1 (rt.SleepOp)"},
		{b.Name(), "b"},
		{b.String(), "b (do)"},
		{c.String(), "task-3 (rt_test.count)"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
	if got := fmt.Sprint(l.Tasks()); got != "[task-1 (rt.SleepOp) b (do) task-3 (rt_test.count)]" {
		t.Errorf("tasks are %s", got)
	}
	if _, err := rt.RunUntilComplete(l, rt.Sleep(2*ms)); err != nil {
		t.Fatal(err)
	}
	if got := a.String(); got != "task-1" {
		t.Errorf("after its end it is %q", got)
	}
}

func TestParent(t *testing.T) {
	run(t, func() error {
		self := rt.Current()
		if self.Parent() != nil {
			return errors.New("the main task has a parent")
		}
		var grandchild *rt.TaskOf[rt.Void]
		child := spawn(func() error {
			grandchild = spawn(func() error { return wait(rt.Sleep(3 * ms)) })
			return wait(rt.Sleep(2 * ms))
		})
		if child.Parent() != self {
			return errors.New("the parent is another")
		}
		if err := wait(rt.Sleep(ms)); err != nil {
			return err
		}
		if grandchild.Parent() != &child.Task {
			return errors.New("the parent of the grandchild is another")
		}
		if err := wait(child); err != nil {
			return err
		}
		if grandchild.Parent() != nil {
			return errors.New("the parent has ended and is still known")
		}
		return wait(grandchild)
	})
}

func TestOnDone(t *testing.T) {
	l := testbed.NewLoop(t)
	var tr trace
	task := rt.Start(l, rt.Sleep(ms))
	task.OnDone(func(d *rt.Task) { tr.add("first %v", d == &task.Task) })
	task.OnDone(func(d *rt.Task) { tr.add("second") })
	if _, err := rt.RunUntilComplete(l, rt.Sleep(2*ms)); err != nil {
		t.Fatal(err)
	}
	task.OnDone(func(d *rt.Task) { tr.add("late"); l.Stop() })
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	tr.check(t, "first true", "second", "late")
}

func TestWakeIsHarmless(t *testing.T) {
	l := testbed.NewLoop(t)
	polls := 0
	task := rt.Start(l, pollFunc[int](func(t *rt.Task) (int, error, bool) {
		polls++
		switch polls {
		case 1:
			t.Wake() // woken during its step, the task runs again, once
			t.Wake()
			return 0, nil, false
		case 2:
			return 0, nil, false // the task waits
		case 3:
			t.Wake() // woken, the task then ends
			return 3, nil, true
		}
		panic("polled after its end")
	}))
	l.CallLater(ms, task.Wake)
	l.CallLater(ms, task.Wake)
	l.CallLater(2*ms, task.Wake)
	l.CallLater(2*ms, func() {
		task.WakeThreadsafe()
		l.CallSoon(l.Stop)
	})
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	task.Wake()
	if v, err, done := task.Result(); v != 3 || err != nil || !done || polls != 3 {
		t.Errorf("result %d, %v, %v after %d polls", v, err, done, polls)
	}
}

func TestSpuriousWakeups(t *testing.T) {
	// Every operation must accept early polls: wake the task in each turn.
	run(t, func() error {
		self := rt.Current()
		l := self.Loop()
		over := false
		var nag func()
		nag = func() {
			if !over {
				self.Wake()
				l.CallSoon(nag)
			}
		}
		l.CallSoon(nag)
		defer func() { over = true }()

		thread := make(chan int)
		turns := func(n int, then func()) {
			spawn(func() error {
				for range n {
					if err := wait(rt.Yield()); err != nil {
						return err
					}
				}
				then()
				return nil
			})
		}
		var f rt.Future[int]
		q := queues.New[int](1)
		turns(5, func() { f.Set(1) })
		turns(7, func() { q.TryPut(2) })
		turns(12, func() { q.TryGet() })
		turns(15, func() { thread <- 4 })
		if v, err := rt.Block(&f); v != 1 || err != nil {
			return fmt.Errorf("future: %d, %v", v, err)
		}
		if v, err := rt.Block(q.Get()); v != 2 || err != nil {
			return fmt.Errorf("get: %d, %v", v, err)
		}
		for i := range 2 {
			if err := wait(q.Put(i)); err != nil {
				return fmt.Errorf("put: %v", err)
			}
		}
		if v, err := rt.Block(rt.ToThread(func() (int, error) { return <-thread, nil })); v != 4 || err != nil {
			return fmt.Errorf("thread: %d, %v", v, err)
		}
		now := l.Time()
		over = true // a clock that jumps when the loop is idle needs an idle loop
		if err := wait(rt.Sleep(ms)); err != nil || l.Time() != now+ms {
			return fmt.Errorf("sleep: %v at %v", err, l.Time()-now)
		}
		vs, err := rt.Block(rt.Gather[rt.Void](rt.Yield(), rt.Sleep(ms)))
		if len(vs) != 2 || err != nil {
			return fmt.Errorf("gather: %v, %v", vs, err)
		}
		return nil
	})
}

func TestBudgetLetsOthersRun(t *testing.T) {
	// A task whose operations are always ready suspends now and then.
	run(t, func() error {
		q := queues.New[int](0)
		const n = 1000
		done := false
		busy := spawn(func() error {
			for i := range n {
				if err := wait(q.Put(i)); err != nil {
					return err
				}
			}
			done = true
			return nil
		})
		var lens []int
		for !done {
			lens = append(lens, q.Len())
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		for i := 1; i < len(lens); i++ {
			if lens[i]-lens[i-1] > 2*128 { // last in one turn and first in the next
				return fmt.Errorf("%d operations in two steps: queue grew as %v", lens[i]-lens[i-1], lens)
			}
		}
		if len(lens) < n/128 {
			return fmt.Errorf("queue grew as %v", lens)
		}
		for i := range n {
			if v, ok := q.TryGet(); v != i || !ok {
				return fmt.Errorf("value %d is %d, %v", i, v, ok)
			}
		}
		return wait(busy)
	})
}

func TestTaskMisuse(t *testing.T) {
	run(t, func() error {
		self := rt.Current()
		var me *rt.TaskOf[rt.Void]
		me = spawn(func() error {
			wantPanic(t, func() { rt.Block(me) }, "awaits itself")
			return nil
		})
		other := testbed.NewLoop(t)
		foreign := rt.Start(other, rt.Yield())
		wantPanic(t, func() { rt.Block(foreign) }, "belongs to another loop", "rt.StartThreadsafe")

		c := rt.NewCoroutine[int](new(countFrame))
		if v, err := rt.Block(c); v != 1 || err != nil {
			return fmt.Errorf("result is %d, %v", v, err)
		}
		wantPanic(t, func() { rt.Block(c) }, "count: awaited twice")

		ls := machine.Lockstep(func() (int, error) { return 0, nil })
		rt.Block(ls)
		wantPanic(t, func() { rt.Block(ls) }, "TestTaskMisuse", "awaited twice")

		sleep := rt.Sleep(0)
		if _, _, ready := sleep.Poll(self); ready {
			return errors.New("sleep does not suspend")
		}
		if err := wait(rt.Yield()); err != nil {
			return err
		}
		if _, _, ready := sleep.Poll(self); !ready {
			return errors.New("sleep does not end")
		}
		wantPanic(t, func() { sleep.Poll(self) }, "Sleep: awaited twice")

		if err := wait(me); err != nil {
			return err
		}
		return wait(rt.ToThread(func() (rt.Void, error) {
			return rt.RunUntilComplete(other, foreign)
		}))
	})
}

// countFrame returns the number of times that it was polled.
type countFrame struct{ n int }

func (f *countFrame) Poll(t *rt.Task) (int, error, bool) {
	if f.n++; f.n > 1 {
		panic(machine.Resumed("count"))
	}
	return f.n, nil, true
}

func TestShuffledOrderLosesNothing(t *testing.T) {
	l := testbed.NewLoop(t)
	var got []int
	for i := range 100 {
		rt.Start(l, do(func() error {
			for range i % 7 {
				if err := wait(rt.Yield()); err != nil {
					return err
				}
			}
			got = append(got, i)
			return nil
		}))
	}
	if _, err := rt.RunUntilComplete(l, rt.Sleep(ms)); err != nil {
		t.Fatal(err)
	}
	if slices.IsSorted(got) {
		t.Error("not shuffled")
	}
	slices.Sort(got)
	for i, v := range got {
		if i != v {
			t.Fatalf("tasks that ran: %v", got)
		}
	}
}
