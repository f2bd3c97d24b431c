package rt_test

// This file checks that the runtime allocates no more memory than it promises.

import (
	"runtime"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

// A loopFrame makes a number of awaits of the same kind, as a machine would.
type loopFrame struct {
	left  int
	on    bool
	begin func(f *loopFrame, t *rt.Task)                         // begins an await
	poll  func(f *loopFrame, t *rt.Task) (err error, ready bool) // polls the await

	sleep rt.SleepOp
	yield rt.YieldOp
	get   queues.GetOp[int]
	put   queues.PutOp[int]
	task  *rt.TaskOf[rt.Void]
	queue *queues.Queue[int]
	group *rt.TaskGroup
}

func (f *loopFrame) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	for {
		if !f.on {
			if f.left == 0 {
				return rt.Void{}, nil, true
			}
			f.left--
			f.begin(f, t)
		}
		err, ready := f.poll(f, t)
		f.on = !ready
		if !ready || err != nil {
			return rt.Void{}, err, ready
		}
	}
}

// emptyFrame is a coroutine that returns at once.
type emptyFrame struct{ done bool }

func (f *emptyFrame) Poll(*rt.Task) (v rt.Void, err error, ready bool) {
	if f.done {
		panic(machine.Resumed("empty"))
	}
	f.done = true
	return v, nil, true
}

func empty() rt.Coroutine[rt.Void] { return rt.NewCoroutine[rt.Void](new(emptyFrame)) }

var awaits = map[string]struct {
	allocs float64 // the most allocations allowed for one operation
	begin  func(f *loopFrame, t *rt.Task)
	poll   func(f *loopFrame, t *rt.Task) (error, bool)
}{
	"Sleep": {0,
		func(f *loopFrame, t *rt.Task) { f.sleep = rt.Sleep(ms) },
		func(f *loopFrame, t *rt.Task) (error, bool) { _, err, ready := f.sleep.Poll(t); return err, ready },
	},
	"Yield": {0,
		func(f *loopFrame, t *rt.Task) { f.yield = rt.Yield() },
		func(f *loopFrame, t *rt.Task) (error, bool) { _, err, ready := f.yield.Poll(t); return err, ready },
	},
	"Get that is ready": {0,
		func(f *loopFrame, t *rt.Task) { f.queue.TryPut(1); f.get = f.queue.Get() },
		func(f *loopFrame, t *rt.Task) (error, bool) { _, err, ready := f.get.Poll(t); return err, ready },
	},
	"spawn and await": {2, // the frame and the task
		func(f *loopFrame, t *rt.Task) { f.task = rt.Spawn(t, empty()) },
		func(f *loopFrame, t *rt.Task) (error, bool) { _, err, ready := f.task.Poll(t); return err, ready },
	},
	"spawn in a group": {2, // the frame and the task
		func(f *loopFrame, t *rt.Task) {
			if f.group == nil {
				f.group = t.OpenGroup()
			}
			f.task = rt.SpawnIn(f.group, empty())
		},
		func(f *loopFrame, t *rt.Task) (error, bool) { _, err, ready := f.task.Poll(t); return err, ready },
	},
	"spawn eagerly": {2, // the frame and the task
		func(f *loopFrame, t *rt.Task) { f.task = rt.SpawnEager(t, empty()) },
		func(f *loopFrame, t *rt.Task) (error, bool) { _, err, ready := f.task.Poll(t); return err, ready },
	},
	"a scope with a timeout": {1, // the scope
		func(f *loopFrame, t *rt.Task) { defer t.OpenTimeout(ms).Close(); f.yield = rt.Yield() },
		func(f *loopFrame, t *rt.Task) (error, bool) { _, err, ready := f.yield.Poll(t); return err, ready },
	},
}

// perOperation returns the number of allocations for each of n operations. It takes the least
// of several measurements: allocations of the rest of the process count, too, and can only make
// a measurement larger.
func perOperation(allocs func(n int) float64, n int) float64 {
	least := func(n int) float64 {
		m := allocs(n)
		for range 4 {
			m = min(m, allocs(n))
		}
		return m
	}
	return (least(2*n) - least(n)) / float64(n)
}

func TestAwaitAllocations(t *testing.T) {
	for name, test := range awaits {
		t.Run(name, func(t *testing.T) {
			l := fifo(t)
			allocs := func(n int) float64 {
				return testing.AllocsPerRun(5, func() {
					f := &loopFrame{left: n, begin: test.begin, poll: test.poll, queue: queues.New[int](0)}
					if _, err := rt.RunUntilComplete(l, rt.NewCoroutine[rt.Void](f)); err != nil {
						t.Error(err)
					}
				})
			}
			const n = 1000
			allocs(n)
			if got := perOperation(allocs, n); got > test.allocs {
				t.Errorf("%v allocations, want at most %v", got, test.allocs)
			}
		})
	}
}

// handOver passes n values from one task to another through q.
func handOver(l *rt.Loop, q *queues.Queue[int], n int) error {
	rt.Start(l, rt.NewCoroutine[rt.Void](&loopFrame{left: n, queue: q,
		begin: func(f *loopFrame, t *rt.Task) { f.put = f.queue.Put(f.left) },
		poll:  func(f *loopFrame, t *rt.Task) (error, bool) { _, err, ready := f.put.Poll(t); return err, ready },
	}))
	_, err := rt.RunUntilComplete(l, rt.NewCoroutine[rt.Void](&loopFrame{left: n, queue: q,
		begin: func(f *loopFrame, t *rt.Task) { f.get = f.queue.Get() },
		poll:  func(f *loopFrame, t *rt.Task) (error, bool) { _, err, ready := f.get.Poll(t); return err, ready },
	}))
	return err
}

func TestQueueAllocations(t *testing.T) {
	for _, limit := range []int{1, 16} {
		l := fifo(t)
		q := queues.New[int](limit)
		allocs := func(n int) float64 {
			return testing.AllocsPerRun(5, func() {
				if err := handOver(l, q, n); err != nil {
					t.Error(err)
				}
			})
		}
		const n = 1000
		allocs(n)
		if got := perOperation(allocs, n); got != 0 {
			t.Errorf("limit %d: %v allocations for a value", limit, got)
		}
	}
}

// idleFrame is a small machine with its timer.
type idleFrame struct {
	sleep rt.SleepOp // 32 bytes
	n     int
	_     string // a variable that the operation needs
	state uint8
}

func (f *idleFrame) Poll(t *rt.Task) (v rt.Void, err error, ready bool) {
	if f.state == 0 {
		f.sleep = rt.Sleep(time.Hour + time.Duration(f.n))
		f.state = 1
	}
	return f.sleep.Poll(t)
}

func TestIdleTaskFitsIn192Bytes(t *testing.T) {
	const n = 100_000
	l := testbed.FIFO(t)
	heap := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	before := heap()
	for i := range n {
		rt.Start(l, rt.NewCoroutine[rt.Void](&idleFrame{n: i}))
		if i%100 == 0 { // so that the ready queue stays small
			l.CallSoon(l.Stop)
			if err := l.RunForever(); err != nil {
				t.Fatal(err)
			}
		}
	}
	l.CallSoon(l.Stop)
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	each := (heap() - before) / n
	if l.Timers() != n {
		t.Fatalf("%d timers", l.Timers())
	}
	t.Logf("%.0f bytes", each)
	if each > 192 {
		t.Errorf("a task that sleeps, with its frame and its timer, takes %.0f bytes", each)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestThreadsafeCallAllocations(t *testing.T) {
	l := fifo(t)
	called := 0
	fn := func() { called++ }
	call := func() {
		for range 100 {
			if err := l.CallSoonThreadsafe(fn); err != nil {
				t.Error(err)
			}
		}
		l.CallSoonThreadsafe(l.Stop)
		if err := l.RunForever(); err != nil {
			t.Error(err)
		}
	}
	call()
	called = 0
	got := testing.AllocsPerRun(10, call)
	if called != 11*100 {
		t.Errorf("%d calls", called)
	}
	if got >= 100 {
		t.Errorf("%v allocations for 100 calls", got)
	}
}
