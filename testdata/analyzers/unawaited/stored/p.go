package p

import (
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

func work() rt.Coroutine[int] {
	return co.Async(func() (int, error) { return 1, nil })
}

//coroutine:async
func collections(names []string) error {
	var coros []rt.Coroutine[int] // want "coroutines are put into coros, and nothing takes them out: they never run; await them, with rt.Gather or rt.Wait; or write _ = coros if that is meant"
	for range names {
		coros = append(coros, work())
	}
	tasks := make([]*rt.TaskOf[int], len(names)) // want "tasks are put into tasks, and nothing takes them out: nobody waits for them"
	for i := range names {
		tasks[i] = co.Spawn(work())
	}
	if len(tasks) > 3 {
		tasks = tasks[:0]
	}
	byName := map[string]rt.Expr[int]{} // want "operations are put into byName"
	for _, n := range names {
		byName[n] = work()
	}
	awaited := []rt.Expr[int]{work(), work()}
	_, err := co.Await(rt.Gather(awaited...))
	dropped := []rt.Coroutine[int]{work()}
	_ = dropped
	empty := make([]rt.Coroutine[int], 0, 3)
	empty = empty[:0]
	ranged := []*rt.TaskOf[int]{co.Spawn(work())}
	for _, t := range ranged {
		co.Must(t)
	}
	captured := []*rt.TaskOf[int]{co.Spawn(work())}
	go func() { println(captured) }()
	return err
}

//coroutine:async
func tasks() {
	t := co.Spawn(work())
	t.SetName("goes on by itself")
}

func futures() *rt.Future[int] {
	f := rt.NewFuture[int]() // want "f is set, and nobody awaits it; await it, or drop it"
	f.Set(1)
	asked := rt.NewFuture[int]()
	asked.Set(1)
	println(asked.Done())
	given := rt.NewFuture[int]()
	given.Set(1)
	return given
}

type job struct {
	run    rt.Coroutine[int] // want "coroutines are stored in run, and nothing in the package reads it: they never run; await them, or start them as tasks"
	pause  []rt.SleepOp      // want "operations are stored in pause"
	next   rt.Coroutine[int]
	reader *rt.TaskOf[int] // goes on by itself
	never  rt.Coroutine[int]
	Public rt.Coroutine[int]
}

var (
	later   = work() // want "coroutines are stored in later"
	started rt.Coroutine[int]
)

//coroutine:async
func (j *job) fill() {
	j.run = work()
	j.pause = append(j.pause, rt.Sleep(time.Second))
	*j = job{next: work(), reader: co.Spawn(work()), Public: work()}
	started = work()
}

//coroutine:async
func (j *job) do() error {
	co.Must(started)
	_, err := co.Await(j.next)
	return err
}
