package rt_test

import (
	"runtime"
	"sync"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

// The id of a goroutine comes from the trace of a goroutine that it creates. Its own trace
// gives the same id.
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
						t.Errorf("goroutine %d got the id %d", own, byCreator)
					}
				})
			})
		}
		all.Wait()
	}
}

// plainly calls fn at the given depth of calls.
//
//go:noinline
func plainly(depth int, fn func()) {
	if depth == 0 {
		fn()
		return
	}
	plainly(depth-1, fn)
}
