package asynciter_test

// This file checks what a value costs: the allocations, and that the time grows with the number of
// values only. It also has the benchmarks.

import (
	"testing"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/asynciter"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/queues"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// countTo hands out the first n numbers.
//
//coroutine:async
//coroutine:generator
func countTo(y co.AsyncYielder[int, rt.Void], n int) error {
	for i := range n {
		if err := co.Wait(y.Yield(i)); err != nil {
			return err
		}
	}
	return nil
}

//coroutine:async
func twice(v int) (int, error) { return 2 * v, nil }

//coroutine:async
func sumOf(it iterator) (sum int, err error) {
	for v := range co.Each(it, &err) {
		sum += v
	}
	return sum, err
}

//coroutine:async
func lengths(it asyncgen.Iterator[[]int]) (sum int, err error) {
	for v := range co.Each(it, &err) {
		sum += len(v)
	}
	return sum, err
}

// count hands out the first n numbers without waiting.
func count(n int) iterator {
	return asynciter.FromSeq(func(yield func(int) bool) {
		for i := 0; i < n && yield(i); i++ {
		}
	})
}

// A pattern is a use of Iterators with n values.
type pattern struct {
	run    func(n int) rt.Coroutine[int]
	allocs float64 // for each value, at most
	steps  float64
}

var patterns = map[string]pattern{
	"generator": {func(n int) rt.Coroutine[int] { return sumOfAsync(countToAsync(n)) }, 0, 2},
	"FromSeq":   {func(n int) rt.Coroutine[int] { return sumOfAsync(count(n)) }, 0, 0.1},
	"FromSlice": {func(n int) rt.Coroutine[int] { return sumOfAsync(asynciter.FromSlice(make([]int, n))) }, 0.01, 0.1},
	"Map":       {func(n int) rt.Coroutine[int] { return sumOfAsync(asynciter.Map(count(n), 8, twiceAsync)) }, 4, 5},
	"Merge": {func(n int) rt.Coroutine[int] {
		return sumOfAsync(asynciter.Merge(count(n/2), count(n-n/2)))
	}, 0, 5},
	"Buffered": {func(n int) rt.Coroutine[int] { return sumOfAsync(asynciter.Buffered(count(n), 16)) }, 0, 5},
	"Chunks": {func(n int) rt.Coroutine[int] {
		return lengthsAsync(asynciter.Chunks(count(n), 50, 0))
	}, 0.05, 0.1},
	"Chunks in time": {func(n int) rt.Coroutine[int] {
		return lengthsAsync(asynciter.Chunks(count(n), 50, time.Hour))
	}, 0.1, 0.1},
	"Timeout": {func(n int) rt.Coroutine[int] {
		return sumOfAsync(asynciter.Timeout(count(n), time.Hour))
	}, 1, 0.1},
	"queue": {func(n int) rt.Coroutine[int] { return throughQueueAsync(count(n), queues.New[int](10)) }, 0, 3},
	// three adapters
	"chain": {func(n int) rt.Coroutine[int] {
		return sumOfAsync(asynciter.Timeout(asynciter.Buffered(asynciter.Map(countToAsync(n), 8, twiceAsync), 8), time.Hour))
	}, 5, 9},
}

//coroutine:async
func throughQueue(it iterator, q *queues.Queue[int]) (int, error) {
	put := co.Spawn(co.AsyncVoid(func() error {
		defer q.Close()
		return co.Wait(asynciter.ToQueue(it, q))
	}))
	sum, err := co.Await(sumOfAsync(asynciter.FromQueue(q)))
	if err != nil {
		return 0, err
	}
	return sum, co.Wait(put)
}

func TestAllocations(t *testing.T) {
	if machine.FromSource {
		t.Skip("functions that run as they are allocate")
	}
	for name, p := range patterns {
		t.Run(name, func(t *testing.T) {
			l := testbed.FIFO(t)
			allocs := func(n int) float64 {
				least := 1e9
				for range 4 {
					least = min(least, testing.AllocsPerRun(1, func() {
						if _, err := rt.RunUntilComplete(l, p.run(n)); err != nil {
							t.Error(err)
						}
					}))
				}
				rttest.CheckIdle(t, l)
				return least
			}
			const n = 1000
			allocs(2 * n)
			if got := (allocs(2*n) - allocs(n)) / n; got > p.allocs {
				t.Errorf("%v allocations for one value, not %v", got, p.allocs)
			}
		})
	}
}

// A stepCounter is an observer that counts steps.
type stepCounter int

func (n *stepCounter) Started(*rt.Task)   {}
func (n *stepCounter) StepBegan(*rt.Task) { *n++ }
func (n *stepCounter) StepEnded(*rt.Task) {}
func (n *stepCounter) Ended(*rt.Task)     {}

// Ten times the values take ten times the steps.
func TestStepsAreLinear(t *testing.T) {
	for name, p := range patterns {
		t.Run(name, func(t *testing.T) {
			for _, n := range []int{100, 1000, 10000} {
				var steps stepCounter
				l := testbed.FIFO(t)
				remove := l.Observe(&steps)
				_, err := rt.RunUntilComplete(l, p.run(n))
				remove()
				noError(t, err)
				if most := p.steps*float64(n) + 40; float64(steps) > most {
					t.Errorf("%d values take %d steps, more than %v", n, steps, most)
				}
			}
		})
	}
}

func BenchmarkValue(b *testing.B) {
	for _, name := range []string{"generator", "FromSlice", "FromSeq", "Timeout", "Chunks", "Chunks in time", "Buffered", "Merge", "Map", "queue", "chain"} {
		b.Run(name, func(b *testing.B) {
			l, err := rt.NewLoop()
			if err != nil {
				b.Fatal(err)
			}
			defer l.Close()
			b.ReportAllocs()
			if _, err := rt.RunUntilComplete(l, patterns[name].run(b.N)); err != nil {
				b.Fatal(err)
			}
		})
	}
}
