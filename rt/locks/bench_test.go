package locks_test

// This file measures what goroutines have no counterpart of. The rest is measured beside its
// counterpart in generated/rivals.

import (
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
)

// benchmarkTasks runs a pattern n times in each of its tasks.
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

func BenchmarkBarrier(b *testing.B)         { benchmarkTasks(b, "Barrier") }
func BenchmarkCapacityLimiter(b *testing.B) { benchmarkTasks(b, "CapacityLimiter") }
func BenchmarkCondition(b *testing.B)       { benchmarkTasks(b, "Condition") }
func BenchmarkRWLock(b *testing.B)          { benchmarkTasks(b, "RWLock") }
