package deadlines

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The heap is a stable sort by the deadline.
func TestHeap(t *testing.T) {
	seed := rttest.Seed(t)
	random := rand.New(rand.NewPCG(seed, seed))
	type item struct{ second, number int }
	start := time.Unix(0, 0)
	var h Heap[item]
	var want []item
	for n := range 100 {
		i := item{random.IntN(10), n}
		want = append(want, i)
		h.Push(start.Add(time.Duration(i.second)*time.Second), i)
	}
	slices.SortStableFunc(want, func(a, b item) int { return a.second - b.second })
	for n, w := range want {
		next := h.Next()
		deadline, got := h.Pop()
		if got != w || deadline != next || h.Len() != len(want)-n-1 {
			t.Fatal(fmt.Sprint(got, w, deadline, next, h.Len()))
		}
	}
}
