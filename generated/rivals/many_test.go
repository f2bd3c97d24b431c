//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rivals

// This file measures what takes seconds: great numbers, and other threads.

import (
	"runtime"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// weigh returns the bytes that each of n takes while it is parked, and the time
// that it takes to start and to wake one.
func weigh(n int, park func(n int, parked func())) (bytes, ns float64) {
	before := inUse()
	begin := time.Now()
	var weighing time.Duration
	park(n, func() {
		began := time.Now()
		bytes = float64(inUse()-before) / float64(n)
		weighing = time.Since(began)
	})
	return bytes, float64(time.Since(begin)-weighing) / float64(n)
}

func parkTasks(tb testing.TB) func(n int, parked func()) {
	return func(n int, parked func()) {
		if _, err := rt.RunUntilComplete(newLoop(tb), parkAsync(n, parked)); err != nil {
			tb.Fatal(err)
		}
	}
}

func TestPark(t *testing.T) {
	weigh(1000, parkTasks(t))
	weigh(1000, parkGoroutines)
}

// BenchmarkPark is for -benchtime 1000000x.
func BenchmarkPark(b *testing.B) {
	for _, side := range []struct {
		name string
		park func(n int, parked func())
	}{{"tasks", parkTasks(b)}, {"goroutines", parkGoroutines}} {
		b.Run(side.name, func(b *testing.B) {
			bytes, ns := weigh(b.N, side.park)
			b.ReportMetric(bytes, "B/each")
			b.ReportMetric(ns, "ns/op")
		})
	}
}

// spent returns the processor's time for each of the n things that run does:
// timers are for times to come, and to wait for them costs nothing.
func spent(n int, run func(n int)) float64 {
	runtime.GC()
	before := processor()
	run(n)
	return float64(processor()-before) / float64(n)
}

func timersOfLoop(tb testing.TB) func(n int) {
	l := newLoop(tb)
	return func(n int) {
		if err := timers(l, n); err != nil {
			tb.Fatal(err)
		}
	}
}

// BenchmarkTimers is for -benchtime 1000000x.
func BenchmarkTimers(b *testing.B) {
	b.Run("tasks", func(b *testing.B) {
		b.ReportMetric(spent(max(b.N, 2), timersOfLoop(b)), "cpu-ns/timer")
	})
	b.Run("goroutines", func(b *testing.B) {
		b.ReportMetric(spent(max(b.N, 2), timersAfterFunc), "cpu-ns/timer")
	})
}

// wakeLoop returns a function that wakes, n times, a loop that another goroutine
// runs. If it watches a socket it waits in the system, else as goroutines do.
func wakeLoop(tb testing.TB, socket bool) func(n int) {
	l := newLoop(tb)
	var listener *netio.Listener
	if socket {
		var err error
		if listener, err = netio.Listen("tcp", "127.0.0.1:0"); err != nil {
			tb.Fatal(err)
		}
		rt.Start(l, serveAsync(listener))
	}
	ended := make(chan error)
	go func() { ended <- l.RunForever() }()
	tb.Cleanup(func() {
		l.CallSoonThreadsafe(func() {
			if listener != nil {
				listener.Close()
			}
			l.Stop()
		})
		if err := <-ended; err != nil {
			tb.Error(err)
		}
	})
	return func(n int) {
		if err := wakeup(n, l); err != nil {
			tb.Fatal(err)
		}
	}
}

func TestWakeup(t *testing.T) {
	wakeLoop(t, false)(100)
	wakeLoop(t, true)(100)
	wakeupGoroutines(100)
	wakeGoroutine(t)(100)
}

// wakeGoroutine is wakeLoop for a goroutine that waits for words.
func wakeGoroutine(tb testing.TB) func(n int) {
	say, end := answerer()
	tb.Cleanup(end)
	return say
}

func BenchmarkWakeup(b *testing.B) {
	for _, side := range []struct {
		name string
		run  func(n int)
	}{{"loop", wakeLoop(b, false)}, {"loop with a socket", wakeLoop(b, true)}, {"goroutine", wakeupGoroutines}} {
		b.Run(side.name, func(b *testing.B) { side.run(b.N) })
	}
}
