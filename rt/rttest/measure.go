package rttest

// This file measures what versions of a coroutine cost. Allocations are exact. Times are only
// compared within one measurement: short slices of all versions alternate, because a machine
// changes its speed.

import (
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/coroutinegen/coroutinegen/rt/rttest/recording"
)

// The size of a measurement.
const (
	rounds    = 200
	slice     = time.Millisecond / 2
	perGC     = 10                    // rounds between two collections of garbage
	patience  = 3 * time.Second       // for all rounds, if runs are slow
	allocated = 200                   // most runs whose allocations are counted
	longest   = 50 * time.Millisecond // that these runs take, if they are slow
)

// measure measures runs, each of which runs a version n times. The first is the yardstick.
func measure(what string, runs []func(n int)) recording.Cost {
	cost := recording.Cost{What: what}
	counts := make([]int, len(runs)) // number of runs that take a slice
	for i, run := range runs {
		objects, bytes := allocations(run)
		cost.Runs = append(cost.Runs, recording.RunCost{Objects: objects, Bytes: bytes})
		for counts[i] = 1; timed(run, counts[i]) < slice; counts[i] *= 2 {
		}
	}
	times, ratios := make([][]float64, len(runs)), make([][]float64, len(runs))
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	for round, began := 0, time.Now(); round < rounds && (round < 3 || time.Since(began) < patience); round++ {
		if round%perGC == 0 {
			runtime.GC()
		}
		now := make([]float64, len(runs))
		for _, i := range rand.Perm(len(runs)) {
			now[i] = float64(timed(runs[i], counts[i])) / float64(counts[i])
		}
		for i := range runs {
			times[i] = append(times[i], now[i])
			ratios[i] = append(ratios[i], now[i]/now[0])
		}
	}
	for i := range runs {
		cost.Runs[i].Nanoseconds = quantile(times[i], 0.1)
		cost.Pairs = append(cost.Pairs, recording.PairCost{
			Ratio: quantile(ratios[i], 0.5), Low: quantile(ratios[i], 0.25), High: quantile(ratios[i], 0.75),
		})
	}
	return cost
}

// allocations returns what one run allocates, without what the first one allocates only once: the
// least of some tries, as other goroutines may allocate, too.
func allocations(run func(n int)) (objects, bytes float64) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	of := func(n int) (objects, bytes uint64) {
		objects, bytes = 1<<63, 1<<63
		for range 3 {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			run(n)
			runtime.ReadMemStats(&after)
			objects = min(objects, after.Mallocs-before.Mallocs)
			bytes = min(bytes, after.TotalAlloc-before.TotalAlloc)
		}
		return objects, bytes
	}
	run(1) // warm up
	n := min(max(1, int(longest/max(1, timed(run, 1)))), allocated)
	one, oneBytes := of(1)
	many, manyBytes := of(1 + n)
	each := func(one, many uint64) float64 { return (float64(many) - float64(one)) / float64(n) }
	return each(one, many), each(oneBytes, manyBytes)
}

func timed(run func(n int), n int) time.Duration {
	start := time.Now()
	run(n)
	return time.Since(start)
}

// quantile returns the quantile q of xs, which it sorts.
func quantile(xs []float64, q float64) float64 {
	slices.Sort(xs)
	return xs[int(q*float64(len(xs)-1))]
}
