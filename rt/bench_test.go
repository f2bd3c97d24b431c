package rt_test

// This file measures what only the runtime has. What goroutines have, too, is measured beside
// them in generated/rivals.

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/queues"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// benchLoop returns a loop with the real clock and poller.
func benchLoop(b *testing.B) *rt.Loop {
	l, err := rt.NewLoop()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	return l
}

// complete runs a frame to its end.
func complete(b *testing.B, l *rt.Loop, f rt.Awaitable[rt.Void]) {
	if _, err := rt.RunUntilComplete(l, rt.NewCoroutine(f)); err != nil {
		b.Fatal(err)
	}
}

func benchmarkAwait(b *testing.B, l *rt.Loop, name string) {
	b.ReportAllocs()
	complete(b, l, &loopFrame{left: b.N, begin: awaits[name].begin, poll: awaits[name].poll, queue: queues.New[int](0)})
}

func BenchmarkScope(b *testing.B)    { benchmarkAwait(b, benchLoop(b), "a scope with a timeout") }
func BenchmarkReadyGet(b *testing.B) { benchmarkAwait(b, benchLoop(b), "Get that is ready") }

func BenchmarkYield(b *testing.B) {
	for _, tasks := range []int{1, 2, 1000} {
		b.Run(fmt.Sprint(tasks), func(b *testing.B) {
			l := benchLoop(b)
			b.ReportAllocs()
			frame := func() *loopFrame {
				return &loopFrame{left: b.N/tasks + 1, begin: awaits["Yield"].begin, poll: awaits["Yield"].poll}
			}
			for range tasks - 1 {
				rt.Start(l, rt.NewCoroutine[rt.Void](frame()))
			}
			b.ResetTimer()
			complete(b, l, frame())
		})
	}
}

// BenchmarkSleep arms and fires a timer while others are armed. The clock needs no waiting.
func BenchmarkSleep(b *testing.B) {
	for _, others := range []int{0, 100_000} {
		b.Run(fmt.Sprint(others), func(b *testing.B) {
			clock := new(rttest.Clock)
			l, err := rt.NewLoop(rt.WithClock(clock), rt.WithPoller(rttest.NewPoller(clock)))
			if err != nil {
				b.Fatal(err)
			}
			for i := range others {
				l.CallLater(1000*time.Hour+time.Duration(i), func() {})
			}
			b.ReportAllocs()
			b.ResetTimer()
			complete(b, l, &loopFrame{left: b.N, begin: awaits["Sleep"].begin, poll: awaits["Sleep"].poll})
		})
	}
}

// BenchmarkTimerChurn cancels and arms random timers among many, as a server with a timeout for
// each connection does.
func BenchmarkTimerChurn(b *testing.B) {
	const timers = 100_000
	l := benchLoop(b)
	random := rand.New(rand.NewPCG(1, 2))
	when := func() time.Duration { return time.Hour + time.Duration(random.Int64N(int64(time.Hour))) }
	handles := make([]*rt.Handle, timers)
	for i := range handles {
		handles[i] = l.CallLater(when(), func() {})
	}
	b.ReportAllocs()
	for b.Loop() {
		i := random.IntN(timers)
		handles[i].Cancel()
		handles[i] = l.CallLater(when(), func() {})
	}
}

// BenchmarkFuture lets one goroutine set the futures that a task awaits.
func BenchmarkFuture(b *testing.B) {
	type request = rt.Future[int]
	requests := make(chan *request, 16)
	defer close(requests)
	go func() {
		for f := range requests {
			f.Set(1)
		}
	}()
	l := benchLoop(b)
	b.ReportAllocs()
	b.ResetTimer()
	var f *request
	complete(b, l, &loopFrame{left: b.N,
		begin: func(*loopFrame, *rt.Task) { f = new(request); requests <- f },
		poll:  func(_ *loopFrame, t *rt.Task) (error, bool) { _, err, ready := f.Poll(t); return err, ready },
	})
}

func BenchmarkToThread(b *testing.B) {
	l := benchLoop(b)
	b.ReportAllocs()
	var op rt.ThreadOp[int]
	complete(b, l, &loopFrame{left: b.N,
		begin: func(*loopFrame, *rt.Task) { op = rt.ToThread(func() (int, error) { return 1, nil }) },
		poll:  func(_ *loopFrame, t *rt.Task) (error, bool) { _, err, ready := op.Poll(t); return err, ready },
	})
}

// BenchmarkLockstep measures a yield on the reference backend.
func BenchmarkLockstep(b *testing.B) {
	l := benchLoop(b)
	b.ReportAllocs()
	if _, err := rt.RunUntilComplete(l, do(func() error {
		for range b.N {
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		return nil
	})); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkSelectChannel receives from a channel that a goroutine sends to.
func BenchmarkSelectChannel(b *testing.B) {
	l := benchLoop(b)
	c := make(chan int, 1)
	go func() {
		for i := range b.N {
			c <- i
		}
	}()
	never := rt.On(queues.New[int](1).Get())
	receive := rt.On(rt.Receive(c))
	var sel rt.SelectOp
	b.ReportAllocs()
	b.ResetTimer()
	complete(b, l, &loopFrame{left: b.N,
		begin: func(*loopFrame, *rt.Task) { sel = rt.Select(receive, never) },
		poll:  func(_ *loopFrame, t *rt.Task) (error, bool) { _, err, ready := sel.Poll(t); return err, ready },
	})
}
