package rt

// This file tests the ready queue by itself.

import (
	"math/rand/v2"
	"testing"
)

func TestRing(t *testing.T) {
	Clean(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, seed))
	var q ring
	var want []*Handle
	for step := range 20_000 {
		if random.IntN(100) < 50+10*(step>>10&1) && q.n < 200 {
			h := new(Handle)
			q.push(h)
			want = append(want, h)
		} else if q.n > 0 {
			if got := q.pop(); got != want[0] {
				t.Fatalf("step %d: did not pop the oldest of %d", step, len(want))
			}
			want = want[1:]
		}
		if q.n != len(want) {
			t.Fatalf("step %d: length is %d, want %d", step, q.n, len(want))
		}
	}
	for q.n > 0 {
		q.pop()
	}
	for _, r := range q.buf {
		if r != nil {
			t.Fatal("the queue still refers to what was popped")
		}
	}
}
