package locks_test

import (
	"fmt"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Two workers at a time. In an annotated function rt.Block is co.Await.
func ExampleSemaphore() {
	clock := new(rttest.Clock)
	rt.Run(rt.Lockstep(func() (rt.Void, error) {
		workers := locks.NewSemaphore(2)
		loop := rt.Current().Loop()
		work := func(name string) rt.Coroutine[rt.Void] {
			return rt.Lockstep(func() (rt.Void, error) {
				if _, err := rt.Block(workers.Acquire()); err != nil {
					return rt.Void{}, err
				}
				defer workers.Release()
				fmt.Println(loop.Time(), name)
				return rt.Block(rt.Sleep(time.Second))
			})
		}
		_, err := rt.Block(rt.Gather[rt.Void](work("a"), work("b"), work("c")))
		return rt.Void{}, err
	}), rt.WithClock(clock), rt.WithPoller(rttest.NewPoller(clock)))
	// Output:
	// 0s a
	// 0s b
	// 1s c
}

// Whoever needs the table first loads it; the others wait for that.
func ExampleOnce() {
	var table locks.Once[string]
	load := func() rt.Coroutine[string] {
		return rt.Lockstep(func() (string, error) {
			fmt.Println("loading")
			_, err := rt.Block(rt.Sleep(time.Millisecond))
			return "the table", err
		})
	}
	rt.Run(rt.Lockstep(func() (rt.Void, error) {
		vs, err := rt.Block(rt.Gather[string](table.Do(load()), table.Do(load())))
		fmt.Println(vs, err)
		return rt.Void{}, err
	}))
	// Output:
	// loading
	// [the table the table] <nil>
}
