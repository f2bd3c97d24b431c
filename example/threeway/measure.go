package threeway

// This file measures: allocations, which are exact, and time, which is only
// ever compared within one run.

import (
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
	"time"
)

// Allocations returns how many objects and bytes f allocates: the least of
// some tries, as other goroutines may allocate too.
func Allocations(f func()) (objects, bytes uint64) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	f() // warm up
	objects, bytes = 1<<63, 1<<63
	for range 5 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f()
		runtime.ReadMemStats(&after)
		objects = min(objects, after.Mallocs-before.Mallocs)
		bytes = min(bytes, after.TotalAlloc-before.TotalAlloc)
	}
	return objects, bytes
}

// Timed is something to time.
type Timed struct {
	Name string
	Run  func(n int) // does it n times
}

// A Comparison is how long two things take for each of what they do, in
// nanoseconds.
type Comparison struct {
	A, B      float64 // the tenth percentile
	Ratio     float64 // B / A, the median
	Low, High float64 // its quartiles
}

// Compare measures a and b, from short slices of both in turn: the machine may
// change its speed at any time, and only neighbours are compared. Before each
// pair of slices it calls between, unless that is nil.
func Compare(a, b Timed, between func()) Comparison {
	const slice, slices = 2 * time.Millisecond, 200
	n := 1
	for ; since(a, n) < slice; n *= 2 {
	}
	var as, bs, ratios []float64
	for range slices {
		if between != nil {
			between()
		}
		var ta, tb time.Duration
		if rand.IntN(2) == 0 {
			ta, tb = since(a, n), since(b, n)
		} else {
			tb, ta = since(b, n), since(a, n)
		}
		as, bs = append(as, float64(ta)/float64(n)), append(bs, float64(tb)/float64(n))
		ratios = append(ratios, float64(tb)/float64(ta))
	}
	return Comparison{
		A: quantile(as, 0.1), B: quantile(bs, 0.1),
		Ratio: quantile(ratios, 0.5), Low: quantile(ratios, 0.25), High: quantile(ratios, 0.75),
	}
}

// Ratio prints how long two of them take, a being the yardstick, with no
// collection of garbage in between.
func Ratio(tb testing.TB, what string, a, b Timed) {
	tb.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	c := Compare(a, b, runtime.GC)
	tb.Logf("%-28s %s %8.1f ns   %s %8.1f ns   ratio %.3f (quartiles %.3f, %.3f)",
		what, a.Name, c.A, b.Name, c.B, c.Ratio, c.Low, c.High)
}

func since(t Timed, n int) time.Duration {
	start := time.Now()
	t.Run(n)
	return time.Since(start)
}

func quantile(xs []float64, q float64) float64 {
	slices.Sort(xs)
	return xs[int(q*float64(len(xs)-1))]
}
