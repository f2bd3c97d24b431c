package pause

// This file tests the pattern of suspensions.

import "testing"

func TestPattern(t *testing.T) {
	for _, test := range []struct{ seed, min, max uint64 }{{0, 0, 0}, {1, 1000, 1000}, {7, 400, 600}} {
		seed = test.seed
		state.Store(seed)
		count.Store(0)
		n := uint64(0)
		for range 1000 {
			if suspend() {
				n++
			}
		}
		if n < test.min || n > test.max {
			t.Errorf("seed %d suspends %d times in 1000, want %d to %d", test.seed, n, test.min, test.max)
		}
	}
}
