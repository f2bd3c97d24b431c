package awaits

// This file lays the machines beside their twins written by hand, the
// reference backend, and plain Go on goroutines.
//
//	go test ./generated/awaits -run '^$' -bench .
//	go test ./generated/awaits -run TestRatio -ratio -v
//
// The second prints generated / by hand; the target is 1.05.

import (
	"flag"
	"testing"
	"time"

	reference "github.com/coroutinegen/coroutinegen/example/awaits"
	"github.com/coroutinegen/coroutinegen/example/awaits/byhand"
	"github.com/coroutinegen/coroutinegen/example/awaits/gate"
	"github.com/coroutinegen/coroutinegen/example/threeway"
	"github.com/coroutinegen/coroutinegen/rt"
)

var ratio = flag.Bool("ratio", false, "print how long the machines take, compared with their twins written by hand")

// rounds is a coroutine that does the same in each of a number of rounds.
type rounds func(g *gate.Gate, n int) rt.Coroutine[int]

// A measure is one thing to measure, in each form.
type measure struct {
	name      string
	every     int // one suspension in so many awaits; 0: none
	generated rounds
	byHand    rounds
	reference rounds
	goroutine func(g *channelGate, n int) (int, error)
}

// sleep makes SleepAsync one of them.
func sleep(of func(time.Duration, int) rt.Coroutine[rt.Void]) rounds {
	return func(_ *gate.Gate, n int) rt.Coroutine[int] {
		return rt.NewCoroutine[int](&valued{x: of(1, n).Awaitable()})
	}
}

// valued gives x a result.
type valued struct{ x rt.Awaitable[rt.Void] }

func (v *valued) Poll(t *rt.Task) (int, error, bool) {
	_, err, ready := v.x.Poll(t)
	return 0, err, ready
}

var measures = []measure{
	{"Three/ready", 0, ThreeAsync, byhand.Three, reference.ThreeAsync, three},
	{"Three/suspends1in10", 10, ThreeAsync, byhand.Three, reference.ThreeAsync, three},
	{"Nested1/ready", 0, Nested1Async, byhand.Nested1, reference.Nested1Async, nested1},
	{"Nested1/suspends", 1, Nested1Async, byhand.Nested1, reference.Nested1Async, nested1},
	{"Nested5/ready", 0, Nested5Async, byhand.Nested5, reference.Nested5Async, nested5},
	{"Nested5/suspends", 1, Nested5Async, byhand.Nested5, reference.Nested5Async, nested5},
	{"Nested10/ready", 0, Nested10Async, byhand.Nested10, reference.Nested10Async, nested10},
	{"Nested10/suspends", 1, Nested10Async, byhand.Nested10, reference.Nested10Async, nested10},
	{"Spawn", 0, SpawnAsync, byhand.Spawn, reference.SpawnAsync, spawn},
	{"Sleep", 0, sleep(SleepAsync), sleep(byhand.Sleep), sleep(reference.SleepAsync), sleepGoroutine},
}

// runner returns a function that runs n rounds of r.
func runner(tb testing.TB, r rounds, every int) func(n int) {
	tb.Helper()
	l, err := rt.NewLoop()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := l.Close(); err != nil {
			tb.Error(err)
		}
	})
	return func(n int) {
		if _, err := rt.RunUntilComplete(l, r(&gate.Gate{Every: every}, n)); err != nil {
			tb.Fatal(err)
		}
	}
}

func Benchmark(b *testing.B) {
	for _, m := range measures {
		form := func(name string, r rounds) {
			b.Run(m.name+"/"+name, func(b *testing.B) {
				run := runner(b, r, m.every)
				b.ReportAllocs()
				b.ResetTimer()
				run(b.N)
			})
		}
		form("generated", m.generated)
		form("byhand", m.byHand)
		form("reference", m.reference)
		b.Run(m.name+"/goroutine", func(b *testing.B) {
			g := newChannelGate(b, m.every)
			b.ReportAllocs()
			b.ResetTimer()
			if _, err := m.goroutine(g, b.N); err != nil {
				b.Fatal(err)
			}
		})
	}
}

func TestRatio(t *testing.T) {
	if !*ratio {
		t.Skip("run with -ratio")
	}
	for _, m := range measures {
		threeway.Ratio(t, m.name,
			threeway.Timed{Name: "by hand", Run: runner(t, m.byHand, m.every)},
			threeway.Timed{Name: "generated", Run: runner(t, m.generated, m.every)})
	}
}
