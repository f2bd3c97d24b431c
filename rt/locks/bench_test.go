package locks_test

// This file measures the locks, each beside what goroutines have, in the same
// run. On a shared machine read the ratios, not the numbers.

import (
	"runtime"
	"sync"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
)

// benchmarkTasks runs a pattern, n times in each of its tasks.
func benchmarkTasks(b *testing.B, name string) {
	l, err := rt.NewLoop()
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	b.ReportAllocs()
	var tasks []*rt.TaskOf[rt.Void]
	for _, x := range patterns[name](b.N) {
		tasks = append(tasks, rt.Start(l, x))
	}
	b.ResetTimer()
	if _, err := rt.RunUntilComplete(l, tasks[0]); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkLock(b *testing.B) {
	b.Run("free/tasks", func(b *testing.B) { benchmarkTasks(b, "Lock, free") })
	b.Run("free/goroutines", func(b *testing.B) {
		var mu sync.Mutex
		for b.Loop() {
			mu.Lock()
			mu.Unlock()
		}
	})
	// Two hold it in turn, each across a suspension.
	b.Run("held across an await/tasks", func(b *testing.B) { benchmarkTasks(b, "Lock, handed on") })
	b.Run("held across a Gosched/goroutines", func(b *testing.B) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				for range b.N {
					mu.Lock()
					runtime.Gosched()
					mu.Unlock()
				}
			})
		}
		wg.Wait()
	})
}

// BenchmarkEvent lets two wake each other in turn: for one of each per
// operation.
func BenchmarkEvent(b *testing.B) {
	b.Run("tasks", func(b *testing.B) { benchmarkTasks(b, "Event") })
	b.Run("goroutines, channels", func(b *testing.B) {
		there, back := make(chan struct{}, 1), make(chan struct{}, 1)
		var wg sync.WaitGroup
		wg.Go(func() {
			for range b.N {
				<-there
				back <- struct{}{}
			}
		})
		for range b.N {
			there <- struct{}{}
			<-back
		}
		wg.Wait()
	})
	b.Run("goroutines, sync.Cond", func(b *testing.B) {
		var mu sync.Mutex
		cond := sync.NewCond(&mu)
		turn := 0
		side := func(mine int) {
			for range b.N {
				mu.Lock()
				for turn != mine {
					cond.Wait()
				}
				turn = 1 - mine
				mu.Unlock()
				cond.Signal()
			}
		}
		var wg sync.WaitGroup
		wg.Go(func() { side(1) })
		side(0)
		wg.Wait()
	})
}

func BenchmarkSemaphore(b *testing.B) {
	b.Run("tasks", func(b *testing.B) { benchmarkTasks(b, "Semaphore") })
	b.Run("goroutines, channels", func(b *testing.B) {
		one, other := make(chan struct{}, 1), make(chan struct{}, 1)
		var wg sync.WaitGroup
		wg.Go(func() {
			for range b.N {
				one <- struct{}{}
				<-other
			}
		})
		for range b.N {
			<-one
			other <- struct{}{}
		}
		wg.Wait()
	})
}

func BenchmarkBarrier(b *testing.B) {
	b.Run("tasks", func(b *testing.B) { benchmarkTasks(b, "Barrier") })
}

func BenchmarkCondition(b *testing.B) {
	b.Run("tasks", func(b *testing.B) { benchmarkTasks(b, "Condition") })
}
