package queues_test

import (
	"cmp"
	"fmt"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

func ExampleNewPriority() {
	type job struct {
		priority int
		name     string
	}
	jobs := queues.NewPriority(0, func(a, b job) int { return cmp.Compare(a.priority, b.priority) })
	jobs.TryPut(job{2, "water the flowers"})
	jobs.TryPut(job{1, "put out the fire"})
	jobs.TryPut(job{2, "feed the cat"})
	jobs.Close()
	rt.Run(rt.Lockstep(func() (rt.Void, error) {
		for {
			job, err := rt.Block(jobs.Get())
			if err != nil {
				return rt.Void{}, nil // closed, and nothing is left
			}
			fmt.Println(job.name)
		}
	}))
	// Output:
	// put out the fire
	// water the flowers
	// feed the cat
}

func ExampleWatch() {
	config := queues.NewWatch("v1")
	watcher := config.Subscribe()
	rt.Run(rt.Lockstep(func() (rt.Void, error) {
		rt.Current().Loop().CallSoon(func() {
			config.Set("v2")
			config.Set("v3") // nobody needs v2 any more
			config.Close()
		})
		for {
			v, err := rt.Block(watcher.Changed())
			if err != nil {
				return rt.Void{}, nil
			}
			fmt.Println("now", v)
		}
	}))
	// Output:
	// now v3
}
