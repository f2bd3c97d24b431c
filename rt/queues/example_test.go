package queues_test

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/queues"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
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
	rt.Run(co.Async(func() (rt.Void, error) {
		for {
			job, err := co.Await(jobs.Get())
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

// Every receiver gets every value, unless it is too slow.
func ExampleBroadcast() {
	news := queues.NewBroadcast[string](2)
	reader := func(name string, pause time.Duration) rt.Coroutine[rt.Void] {
		receiver := news.Subscribe()
		return co.Async(func() (rt.Void, error) {
			defer receiver.Close()
			for {
				text, err := co.Await(receiver.Get())
				var lagged *queues.LaggedError
				switch {
				case errors.As(err, &lagged):
					fmt.Println(name, "missed", lagged.Missed)
				case err == queues.ErrClosed:
					return rt.Void{}, nil
				case err != nil:
					return rt.Void{}, err
				default:
					fmt.Println(name, "reads", text)
				}
				if _, err := co.Await(rt.Sleep(pause)); err != nil {
					return rt.Void{}, err
				}
			}
		})
	}
	print := co.Async(func() (rt.Void, error) {
		defer news.Close()
		for _, text := range []string{"a", "b", "c", "d"} {
			if err := news.Send(text); err != nil {
				return rt.Void{}, err
			}
			if _, err := co.Await(rt.Sleep(10 * time.Millisecond)); err != nil {
				return rt.Void{}, err
			}
		}
		return rt.Void{}, nil
	})
	clock := new(rttest.Clock)
	rt.Run(rt.Gather[rt.Void](reader("ann", time.Millisecond), reader("bob", 35*time.Millisecond), print),
		rt.WithClock(clock), rt.WithPoller(rttest.NewPoller(clock)))
	// Output:
	// ann reads a
	// bob reads a
	// ann reads b
	// ann reads c
	// ann reads d
	// bob missed 1
	// bob reads c
	// bob reads d
}

func ExampleWatch() {
	config := queues.NewWatch("v1")
	watcher := config.Subscribe()
	rt.Run(co.Async(func() (rt.Void, error) {
		rt.Current().Loop().CallSoon(func() {
			config.Set("v2")
			config.Set("v3") // nobody needs v2 any more
			config.Close()
		})
		for {
			v, err := co.Await(watcher.Changed())
			if err != nil {
				return rt.Void{}, nil
			}
			fmt.Println("now", v)
		}
	}))
	// Output:
	// now v3
}
