package rt_test

import (
	"runtime"
	"sync"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

// Who is calling is asked of a goroutine that the caller creates: its own trace gives
// the same answer.
func TestGoroutineID(t *testing.T) {
	testbed.Clean(t)
	for _, locked := range []bool{false, true} {
		var all sync.WaitGroup
		for depth := range 100 {
			all.Go(func() {
				if locked {
					runtime.LockOSThread()
				}
				plainly(depth, func() {
					if byCreator, own := rt.GoroutineID(); byCreator != own {
						t.Errorf("goroutine %d is taken for %d", own, byCreator)
					}
				})
			})
		}
		all.Wait()
	}
}

// plainly calls fn, depth calls deep.
//
//go:noinline
func plainly(depth int, fn func()) {
	if depth == 0 {
		fn()
		return
	}
	plainly(depth-1, fn)
}
