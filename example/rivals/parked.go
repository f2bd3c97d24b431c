package rivals

// This file is waiting in great numbers: a million that wait for a value, and a
// million timers.

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

// waitFor takes one value.
//
//coroutine:async
func waitFor(q *queues.Queue[int]) error {
	_, err := co.Await(q.Get())
	return err
}

// park lets n tasks wait for a value, calls parked, and then has a value for
// each.
//
//coroutine:async
func park(n int, parked func()) error {
	q := queues.New[int](0)
	group := co.Self().OpenGroup()
	for i := range n {
		rt.SpawnIn(group, waitForAsync(q))
		if i%1000 == 999 { // let them begin, so that the ready queue stays short
			if err := co.Wait(rt.Yield()); err != nil {
				return err
			}
		}
	}
	if err := co.Wait(rt.Yield()); err != nil {
		return err
	}
	parked()
	for i := range n {
		q.TryPut(i)
	}
	return co.Wait(group.Join())
}

func parkGoroutines(n int, parked func()) {
	c := make(chan int)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { <-c })
		if i%1000 == 999 {
			runtime.Gosched()
		}
	}
	parked()
	for i := range n {
		c <- i
	}
	wg.Wait()
}

// due is when the timers fire: some time between now and then, in no order.
func due(r *rand.Rand) time.Duration { return time.Second + time.Duration(r.IntN(int(time.Second))) }

// timers arms n timers of l, cancels half of them, and runs l until the rest
// have fired.
func timers(l *rt.Loop, n int) error {
	r := rand.New(rand.NewPCG(1, 2))
	left := n / 2
	fire := func() {
		if left--; left == 0 {
			l.Stop()
		}
	}
	handles := make([]*rt.Handle, n)
	for i := range handles {
		handles[i] = l.CallLater(due(r), fire)
	}
	for i := range n / 2 {
		handles[2*i].Cancel()
	}
	return l.RunForever()
}

func timersAfterFunc(n int) {
	r := rand.New(rand.NewPCG(1, 2))
	var wg sync.WaitGroup
	wg.Add(n)
	handles := make([]*time.Timer, n)
	for i := range handles {
		handles[i] = time.AfterFunc(due(r), wg.Done)
	}
	for i := range n / 2 {
		if handles[2*i].Stop() {
			wg.Done()
		}
	}
	wg.Wait()
}
