//go:build unix

package rt_test

// This file measures a million timers.

import (
	"math/rand/v2"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
)

// processor returns the time that the process has spent on processors: the
// timers are for times to come, and to wait for them costs nothing.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkMillionTimers arms a million timers, cancels half of them and lets
// the rest fire. Run it with -benchtime 1x.
func BenchmarkMillionTimers(b *testing.B) {
	const timers = 1_000_000
	due := func(r *rand.Rand) time.Duration { return time.Second + time.Duration(r.IntN(int(time.Second))) }
	report := func(b *testing.B, began time.Duration) {
		b.ReportMetric(float64(processor(b)-began)/timers/float64(b.N), "cpu-ns/timer")
	}
	b.Run("CallLater", func(b *testing.B) {
		r := rand.New(rand.NewPCG(1, 2))
		began := processor(b)
		for range b.N {
			l := benchLoop(b)
			left := timers / 2
			fire := func() {
				if left--; left == 0 {
					l.Stop()
				}
			}
			var handles []*rt.Handle
			for range timers {
				handles = append(handles, l.CallLater(due(r), fire))
			}
			for i := range timers / 2 {
				handles[2*i].Cancel()
			}
			if err := l.RunForever(); err != nil {
				b.Fatal(err)
			}
		}
		report(b, began)
	})
	b.Run("AfterFunc", func(b *testing.B) {
		r := rand.New(rand.NewPCG(1, 2))
		began := processor(b)
		for range b.N {
			var wg sync.WaitGroup
			wg.Add(timers)
			var handles []*time.Timer
			for range timers {
				handles = append(handles, time.AfterFunc(due(r), wg.Done))
			}
			for i := range timers / 2 {
				if handles[2*i].Stop() {
					wg.Done()
				}
			}
			wg.Wait()
		}
		report(b, began)
	})
}
