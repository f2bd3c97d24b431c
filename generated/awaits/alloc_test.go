//go:build !race

package awaits

// This file counts what machines allocate, and how large they are.

import (
	"runtime"
	"testing"
	"time"
	"unsafe"

	"github.com/coroutinegen/coroutinegen/example/awaits/byhand"
	"github.com/coroutinegen/coroutinegen/example/threeway"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// What rounds allocate: nothing, but for a task, which is two objects. What
// the first round does not need is of no interest here.
func TestAllocations(t *testing.T) {
	for _, m := range measures {
		t.Run(m.name, func(t *testing.T) {
			const rounds = 1000
			generated, byHand := runner(t, m.generated, m.every), runner(t, m.byHand, m.every)
			objects, bytes := threeway.Allocations(func() { generated(1) })
			more, moreBytes := threeway.Allocations(func() { generated(1 + rounds) })
			twins, twinsBytes := threeway.Allocations(func() { byHand(1 + rounds) })
			if more != twins || moreBytes != twinsBytes {
				t.Errorf("generated: %d objects, %d bytes; by hand: %d objects, %d bytes", more, moreBytes, twins, twinsBytes)
			}
			limit := uint64(0)
			if m.name == "Spawn" {
				limit = 2
			}
			if more > objects+limit*rounds {
				t.Errorf("%d rounds allocate %d objects, %d bytes, want %d per round", rounds, more-objects, moreBytes-bytes, limit)
			}
		})
	}
}

func TestFrameSizes(t *testing.T) {
	for _, test := range []struct {
		name              string
		generated, byHand uintptr
	}{
		{"Three", unsafe.Sizeof(ThreeFrame{}), unsafe.Sizeof(byhand.Threes{})},
		{"Nested1", unsafe.Sizeof(Nested1Frame{}), unsafe.Sizeof(byhand.Nesting1{})},
		{"Nested5", unsafe.Sizeof(Nested5Frame{}), unsafe.Sizeof(byhand.Nesting5{})},
		{"Nested10", unsafe.Sizeof(Nested10Frame{}), unsafe.Sizeof(byhand.Nesting10{})},
		{"Spawn", unsafe.Sizeof(SpawnFrame{}), unsafe.Sizeof(byhand.Spawner{})},
		{"Sleep", unsafe.Sizeof(SleepFrame{}), unsafe.Sizeof(byhand.Sleeper{})},
		{"Idle", unsafe.Sizeof(IdleFrame{}), unsafe.Sizeof(byhand.Idler{})},
	} {
		if test.generated != test.byHand {
			t.Errorf("frame of %s: generated %d bytes, by hand %d", test.name, test.generated, test.byHand)
		}
	}
}

// What a task that waits for a timer costs: its frame, the task, the place in
// the heap of timers, and the loop's record of it.
func TestIdleTask(t *testing.T) {
	const tasks, limit = 100_000, 192
	l := rttest.NewLoop(t, rt.WithSpawnSites(false)) // as a loop that is not for tests
	handles := make([]*rt.TaskOf[rt.Void], tasks)
	before := heap()
	for i := range handles {
		handles[i] = rt.Start(l, IdleAsync(time.Hour))
		if i%1000 == 999 {
			l.CallSoon(l.Stop) // after the first step of each
			if err := l.RunForever(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := l.Timers(); n != tasks {
		t.Fatalf("%d timers, want %d", n, tasks)
	}
	perTask := float64(heap()-before) / tasks
	t.Logf("%.1f bytes per task", perTask)
	if perTask > limit {
		t.Errorf("an idle task holds %.1f bytes of heap, want at most %d", perTask, limit)
	}
	runtime.KeepAlive(handles)
	l.CallLater(2*time.Hour, l.Stop)
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
}

// heap returns the bytes in use, garbage aside.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // what the first one has finalized
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
