package rivals

// This file lays the machines beside what they compete with: what costs
// nanoseconds. See many_test.go and echo_test.go for what takes seconds.
//
//	go test ./generated/rivals -run '^$' -bench .
//	go test ./generated/rivals -run Measure -measure -timeout 30m -v
//
// The second measures both in slices, in turn, with everything else that this
// package has, and writes the table in example/rivals/README.md. It is for a
// machine that does nothing else.

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt"
)

func TestMain(m *testing.M) {
	if isClient() {
		return
	}
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent")) // which is the runtime's, under js
}

// A pair is the same thing done twice. Both do it n times.
type pair struct {
	what       string
	tasks      func(n int) rt.Coroutine[rt.Void]
	goroutines func(n int)
	with       string // what the goroutines use
}

var pairs = []pair{
	{"start one and wait for its end", spawnJoinAsync, spawnJoinGoroutines, "`go`, `sync.WaitGroup`"},
	{"the same, a hundred at once", spawnManyAsync, spawnManyGoroutines, "`go`, `sync.WaitGroup`"},
	{"two that take turns", yieldAsync, yieldGoroutines, "`runtime.Gosched`, one P"},
	{"a value there and back", pingAsync, pingGoroutines, "unbuffered channels"},
	{"a value through a queue of 1", limited(streamAsync, 1), buffered(streamGoroutines, 1), "a channel of 1"},
	{"a value through a queue of 128", limited(streamAsync, 128), buffered(streamGoroutines, 128), "a channel of 128"},
	{"a value from one of two sources", chooseAsync, chooseGoroutines, "`select`"},
	{"a lock that is free", freeLockAsync, freeLockGoroutines, "`sync.Mutex`"},
	{"a lock that two hold in turn", sharedLockAsync, sharedLockGoroutines, "`sync.Mutex`"},
	{"a permit of a semaphore, in turn", permitsAsync, eventsChannels, "channels"},
	{"an event, in turn", eventsAsync, eventsChannels, "channels"},
	{"an event, in turn, again", eventsAsync, eventsCond, "`sync.Cond`"},
	{"a value from a goroutine, through a queue of 1", limited(feedAsync, 1), buffered(streamGoroutines, 1), "a channel of 1"},
	{"a value from a goroutine, through a queue of 128", limited(feedAsync, 128), buffered(streamGoroutines, 128), "a channel of 128"},
}

// limited and buffered fix the limit of a queue, or of a channel.
func limited(of func(n, limit int) rt.Coroutine[rt.Void], limit int) func(n int) rt.Coroutine[rt.Void] {
	return func(n int) rt.Coroutine[rt.Void] { return of(n, limit) }
}

func buffered(of func(n, limit int), limit int) func(n int) {
	return func(n int) { of(n, limit) }
}

// newLoop returns a loop with the real clock and poller.
func newLoop(tb testing.TB) *rt.Loop {
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
	return l
}

func (p pair) runTasks(tb testing.TB) func(n int) {
	l := newLoop(tb)
	return func(n int) {
		if _, err := rt.RunUntilComplete(l, p.tasks(n)); err != nil {
			tb.Fatal(err)
		}
	}
}

// TestPairs runs everything once.
func TestPairs(t *testing.T) {
	for _, p := range pairs {
		t.Run(p.what, func(t *testing.T) {
			p.runTasks(t)(1000)
			p.goroutines(1000)
		})
	}
}

func Benchmark(b *testing.B) {
	for _, p := range pairs {
		b.Run(p.what+"/tasks", func(b *testing.B) {
			run := p.runTasks(b)
			b.ReportAllocs()
			b.ResetTimer()
			run(b.N)
		})
		b.Run(p.what+"/goroutines", func(b *testing.B) {
			b.ReportAllocs()
			p.goroutines(b.N)
		})
	}
}
