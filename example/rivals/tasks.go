// Package rivals does the same things twice: with tasks on a loop, as
// coroutines, and in plain Go, on goroutines with channels and package sync.
//
// Each file has one subject and holds both sides, so that they can be read
// beside each other; the benchmarks of ../../generated/rivals measure them
// beside each other, in one run, and README.md here holds what came out.
package rivals

// This file is the tasks themselves: starting them, waiting for them, and
// handing values from one to another.

import (
	"runtime"
	"sync"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../generated/rivals

// nothing is a task that has nothing to do.
//
//coroutine:async
func nothing() error { return nil }

// spawnJoin starts a task and waits for its end, n times.
//
//coroutine:async
func spawnJoin(n int) error {
	for range n {
		if err := co.Wait(co.Spawn(nothingAsync())); err != nil {
			return err
		}
	}
	return nil
}

func spawnJoinGoroutines(n int) {
	for range n {
		var wg sync.WaitGroup
		wg.Go(func() {})
		wg.Wait()
	}
}

// spawnMany starts a hundred tasks and waits for them all, n / 100 times.
//
//coroutine:async
func spawnMany(n int) error {
	for range n / 100 {
		group := co.Self().OpenGroup()
		for range 100 {
			rt.SpawnIn(group, nothingAsync())
		}
		if err := co.Wait(group.Join()); err != nil {
			return err
		}
	}
	return nil
}

func spawnManyGoroutines(n int) {
	for range n / 100 {
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {})
		}
		wg.Wait()
	}
}

// yield lets two take turns, n times in all.
//
//coroutine:async
func yield(n int) error {
	other := co.Spawn(giveWayAsync(n / 2))
	if err := co.Wait(giveWayAsync(n / 2)); err != nil {
		return err
	}
	return co.Wait(other)
}

//coroutine:async
func giveWay(n int) error {
	for range n {
		if err := co.Wait(rt.Yield()); err != nil {
			return err
		}
	}
	return nil
}

func yieldGoroutines(n int) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for range n / 2 {
				runtime.Gosched()
			}
		})
	}
	wg.Wait()
}

// ping hands n values to pong and takes each of them back.
//
//coroutine:async
func ping(n int) error {
	there, back := queues.New[int](1), queues.New[int](1)
	co.Spawn(pongAsync(n, there, back))
	for i := range n {
		if err := co.Wait(there.Put(i)); err != nil {
			return err
		}
		if _, err := co.Await(back.Get()); err != nil {
			return err
		}
	}
	return nil
}

//coroutine:async
func pong(n int, there, back *queues.Queue[int]) error {
	for range n {
		v, err := co.Await(there.Get())
		if err != nil {
			return err
		}
		if err := co.Wait(back.Put(v)); err != nil {
			return err
		}
	}
	return nil
}

func pingGoroutines(n int) {
	there, back := make(chan int), make(chan int)
	go func() {
		for range n {
			back <- <-there
		}
	}()
	for i := range n {
		there <- i
		<-back
	}
}

// stream passes n values to another task through a queue.
//
//coroutine:async
func stream(n, limit int) error {
	q := queues.New[int](limit)
	co.Spawn(produceAsync(n, q))
	for range n {
		if _, err := co.Await(q.Get()); err != nil {
			return err
		}
	}
	return nil
}

//coroutine:async
func produce(n int, q *queues.Queue[int]) error {
	for i := range n {
		if err := co.Wait(q.Put(i)); err != nil {
			return err
		}
	}
	return nil
}

func streamGoroutines(n, limit int) {
	c := make(chan int, limit)
	go func() {
		for i := range n {
			c <- i
		}
	}()
	for range n {
		<-c
	}
}

// choose takes n values from whichever of two sources has one.
//
//coroutine:async
func choose(n int) error {
	left, right := queues.New[int](1), queues.New[int](1)
	co.Spawn(produceAsync(n/2, left))
	co.Spawn(produceAsync(n-n/2, right))
	l, r := rt.On(left.Get()), rt.On(right.Get())
	for range n {
		if _, err := co.Await(rt.Select(l, r)); err != nil {
			return err
		}
	}
	return nil
}

func chooseGoroutines(n int) {
	left, right := make(chan int, 1), make(chan int, 1)
	send := func(n int, c chan<- int) {
		for i := range n {
			c <- i
		}
	}
	go send(n/2, left)
	go send(n-n/2, right)
	for range n {
		select {
		case <-left:
		case <-right:
		}
	}
}
