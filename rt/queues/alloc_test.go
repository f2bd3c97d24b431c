package queues_test

// This file checks that operations of queues allocate nothing.

import (
	"cmp"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/queues"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A loopFrame awaits a number of times (left) the operation that begin makes in op.
type loopFrame[T, Op any, P interface {
	*Op
	rt.Awaitable[T]
}] struct {
	left  int
	begun bool
	begin func() Op
	op    Op
}

func (f *loopFrame[T, Op, P]) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	for ; f.left > 0 || f.begun; f.begun = false {
		if !f.begun {
			f.begun = true
			f.left--
			f.op = f.begin()
		}
		if _, err, ready := P(&f.op).Poll(t); err != nil || !ready {
			return rt.Void{}, err, ready
		}
	}
	return rt.Void{}, nil, true
}

func rounds[T, Op any, P interface {
	*Op
	rt.Awaitable[T]
}](n int, begin func() Op) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine[rt.Void](&loopFrame[T, Op, P]{left: n, begin: begin})
}

func TestAllocations(t *testing.T) {
	passes := func(q *queues.Queue[int], n int) []rt.Coroutine[rt.Void] {
		return []rt.Coroutine[rt.Void]{
			rounds[int](n, q.Get),
			rounds[rt.Void](n, func() queues.PutOp[int] { return q.Put(1) }),
		}
	}
	for name, pattern := range map[string]func(n int) []rt.Coroutine[rt.Void]{
		"lifo":       func(n int) []rt.Coroutine[rt.Void] { return passes(queues.NewLifo[int](2), n) },
		"priority":   func(n int) []rt.Coroutine[rt.Void] { return passes(queues.NewPriority(2, cmp.Compare[int]), n) },
		"threadsafe": func(n int) []rt.Coroutine[rt.Void] { return passes(queues.New[int](2).Threadsafe(), n) },
		"broadcast": func(n int) []rt.Coroutine[rt.Void] {
			b := queues.NewBroadcast[int](2)
			return []rt.Coroutine[rt.Void]{
				rounds[int](n, b.Subscribe().Get),
				rounds[int](n, b.Subscribe().Get),
				rounds[rt.Void](n, func() rt.YieldOp { b.Send(1); return rt.Yield() }),
			}
		},
		"watch": func(n int) []rt.Coroutine[rt.Void] {
			w := queues.NewWatch(0)
			return []rt.Coroutine[rt.Void]{
				rounds[int](n, w.Subscribe().Changed),
				rounds[rt.Void](n, func() rt.YieldOp { w.Set(1); return rt.Yield() }),
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := testbed.FIFO(t)
			allocs := func(n int) float64 {
				least := 1e9
				for range 4 {
					least = min(least, testing.AllocsPerRun(1, func() {
						for _, x := range pattern(n) {
							rt.Start(l, x)
						}
						if _, err := rt.RunUntilComplete(l, rounds[rt.Void](4*n+20, rt.Yield)); err != nil {
							t.Error(err)
						}
					}))
				}
				rttest.CheckIdle(t, l)
				return least
			}
			const n = 500
			allocs(n)
			if got := (allocs(2*n) - allocs(n)) / n; got != 0 {
				t.Errorf("%v allocations for one", got)
			}
		})
	}
}
