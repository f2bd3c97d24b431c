package rt_test

// This file measures what tasks do with each other, each beside what goroutines
// do, in the same run; rt/locks has the same for locks. On a shared machine read
// the ratios, not the numbers.
//
// Go 1.26.8, 2 vCPU AMD EPYC with neighbours, November 2026, ns for one:
//
//	                                rt   goroutines
//	value there and back           171          337  unbuffered; 323 on one P
//	select of two                  155          232
//	event there and back           215          332  channels; 345 sync.Cond
//	semaphore there and back       194          356  channels
//	lock that is free               23            6  sync.Mutex
//	million timers, processor, each
//	  armed, then half cancelled   466          928  time.AfterFunc
//	million parked, bytes each     217         2649
//	goroutine to task, queue of 1 3100          123  goroutine to goroutine,
//	  of 128                       131           34  channel
//
// What loses: to acquire a free lock is an await (is the task cancelled, has it
// had its share of this step?), where a Mutex is one instruction. And a loop
// that waits in its poller takes a system call to wake, goroutines wake each
// other without.

import (
	"runtime"
	"sync"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A pingFrame puts a value into one queue and takes the answer out of another,
// or the other way round.
type pingFrame struct {
	left     int
	to, from *rt.Queue[int]
	getting  bool
	on       bool
	put      rt.PutOp[int]
	get      rt.GetOp[int]
}

func (f *pingFrame) Poll(t *rt.Task) (v rt.Void, err error, ready bool) {
	for f.left > 0 {
		if !f.on {
			f.on = true
			f.put, f.get = f.to.Put(f.left), f.from.Get()
		}
		if f.getting {
			if _, err, ready := f.get.Poll(t); err != nil || !ready {
				return v, err, ready
			}
		} else if _, err, ready := f.put.Poll(t); err != nil || !ready {
			return v, err, ready
		}
		f.getting, f.on = !f.getting, false
		f.left--
	}
	return v, nil, true
}

// BenchmarkPingPong is a value that goes to another task, or goroutine, and
// back.
func BenchmarkPingPong(b *testing.B) {
	b.Run("tasks", func(b *testing.B) {
		l := benchLoop(b)
		b.ReportAllocs()
		there, back := rt.NewQueue[int](1), rt.NewQueue[int](1)
		rt.Start(l, rt.NewCoroutine[rt.Void](&pingFrame{left: 2 * b.N, to: back, from: there, getting: true}))
		b.ResetTimer()
		complete(b, l, &pingFrame{left: 2 * b.N, to: there, from: back})
	})
	channels := func(b *testing.B, limit int) {
		there, back := make(chan int, limit), make(chan int, limit)
		go func() {
			for v := range there {
				back <- v
			}
		}()
		b.ReportAllocs()
		for b.Loop() {
			there <- 1
			<-back
		}
		close(there)
	}
	b.Run("goroutines", func(b *testing.B) { channels(b, 0) })
	b.Run("goroutines, channel of 1", func(b *testing.B) { channels(b, 1) })
	b.Run("goroutines on one P", func(b *testing.B) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		channels(b, 0)
	})
}

// BenchmarkSelect takes values from the first of two sources.
func BenchmarkSelect(b *testing.B) {
	b.Run("tasks", func(b *testing.B) {
		l := benchLoop(b)
		b.ReportAllocs()
		q, never := rt.NewQueue[int](1), rt.NewQueue[int](1)
		rt.Start(l, rt.NewCoroutine[rt.Void](&loopFrame{left: b.N, queue: q,
			begin: func(f *loopFrame, t *rt.Task) { f.put = f.queue.Put(f.left) },
			poll:  func(f *loopFrame, t *rt.Task) (error, bool) { _, err, ready := f.put.Poll(t); return err, ready },
		}))
		get, other := rt.On(q.Get()), rt.On(never.Get())
		var sel rt.SelectOp
		b.ResetTimer()
		complete(b, l, &loopFrame{left: b.N,
			begin: func(*loopFrame, *rt.Task) { sel = rt.Select(get, other) },
			poll:  func(_ *loopFrame, t *rt.Task) (error, bool) { _, err, ready := sel.Poll(t); return err, ready },
		})
	})
	b.Run("goroutines", func(b *testing.B) {
		c, never := make(chan int, 1), make(chan int, 1)
		go func() {
			for i := range b.N {
				c <- i
			}
		}()
		b.ReportAllocs()
		b.ResetTimer()
		for range b.N {
			select {
			case <-c:
			case <-never:
			}
		}
	})
	b.Run("tasks, a channel", func(b *testing.B) { // from a goroutine to a task
		l := benchLoop(b)
		c := make(chan int, 1)
		go func() {
			for i := range b.N {
				c <- i
			}
		}()
		never := rt.On(rt.NewQueue[int](1).Get())
		receive := rt.On(rt.Receive(c))
		var sel rt.SelectOp
		b.ReportAllocs()
		b.ResetTimer()
		complete(b, l, &loopFrame{left: b.N,
			begin: func(*loopFrame, *rt.Task) { sel = rt.Select(receive, never) },
			poll:  func(_ *loopFrame, t *rt.Task) (error, bool) { _, err, ready := sel.Poll(t); return err, ready },
		})
	})
}

// BenchmarkThreadsafeQueue passes values from a goroutine to a task.
func BenchmarkThreadsafeQueue(b *testing.B) {
	for _, limit := range []int{1, 128} {
		name := map[int]string{1: "1", 128: "128"}[limit]
		b.Run("goroutine to task, "+name, func(b *testing.B) {
			l := benchLoop(b)
			q := rt.NewQueue[int](limit).Threadsafe()
			go func() {
				for i := range b.N {
					if err := q.PutBlocking(b.Context(), i); err != nil {
						b.Error(err)
					}
				}
			}()
			b.ReportAllocs()
			b.ResetTimer()
			complete(b, l, &loopFrame{left: b.N, queue: q,
				begin: func(f *loopFrame, t *rt.Task) { f.get = f.queue.Get() },
				poll:  func(f *loopFrame, t *rt.Task) (error, bool) { _, err, ready := f.get.Poll(t); return err, ready },
			})
		})
		b.Run("goroutine to goroutine, channel of "+name, func(b *testing.B) {
			c := make(chan int, limit)
			go func() {
				for i := range b.N {
					c <- i
				}
			}()
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				<-c
			}
		})
	}
}

// parked is how many tasks, or goroutines, BenchmarkParked parks.
const parked = 1_000_000

// A parkedFrame is a small machine that waits for a value.
type parkedFrame struct {
	q     *rt.Queue[int]
	get   rt.GetOp[int]
	begun bool
}

func (f *parkedFrame) Poll(t *rt.Task) (int, error, bool) {
	if !f.begun {
		f.begun = true
		f.get = f.q.Get()
	}
	return f.get.Poll(t)
}

// BenchmarkParked parks a million of them, each waiting for a value, and wakes
// them all. Run it with -benchtime 1x.
func BenchmarkParked(b *testing.B) {
	memory := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc + m.StackInuse)
	}
	b.Run("tasks", func(b *testing.B) {
		for range b.N {
			before := memory()
			l := benchLoop(b)
			q := rt.NewQueue[int](0)
			for i := range parked {
				rt.Start(l, rt.NewCoroutine[int](&parkedFrame{q: q}))
				if i%1000 == 999 { // so that the ready queue stays small
					complete(b, l, &loopFrame{left: 1, begin: awaits["Yield"].begin, poll: awaits["Yield"].poll})
				}
			}
			b.ReportMetric((memory()-before)/parked, "B/each")
			for i := range parked {
				q.TryPut(i)
			}
			complete(b, l, &loopFrame{left: 1, begin: awaits["Yield"].begin, poll: awaits["Yield"].poll})
		}
	})
	b.Run("goroutines", func(b *testing.B) {
		for range b.N {
			before := memory()
			c := make(chan int)
			var wg sync.WaitGroup
			for range parked {
				wg.Go(func() { <-c })
			}
			b.ReportMetric((memory()-before)/parked, "B/each")
			close(c)
			wg.Wait()
		}
	})
}
