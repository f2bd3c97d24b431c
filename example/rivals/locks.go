package rivals

// This file is what tasks agree with each other by.

import (
	"runtime"
	"sync"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
)

// freeLock takes and releases a lock that nobody else wants, n times.
//
//coroutine:async
func freeLock(n int) error {
	var l locks.Lock
	for range n {
		if err := co.Wait(l.Acquire()); err != nil {
			return err
		}
		l.Release()
	}
	return nil
}

func freeLockGoroutines(n int) {
	var mu sync.Mutex
	for range n {
		mu.Lock()
		//lint:ignore SA2001 what is measured is the lock alone
		mu.Unlock()
	}
}

// sharedLock lets two take a lock in turn, n / 2 times each, and hold it while
// others run.
//
//coroutine:async
func sharedLock(n int) error {
	l := new(locks.Lock)
	other := co.Spawn(holdAsync(n/2, l))
	if err := co.Wait(holdAsync(n/2, l)); err != nil {
		return err
	}
	return co.Wait(other)
}

//coroutine:async
func hold(n int, l *locks.Lock) error {
	for range n {
		if err := co.Wait(l.Acquire()); err != nil {
			return err
		}
		err := co.Wait(rt.Yield())
		l.Release()
		if err != nil {
			return err
		}
	}
	return nil
}

func sharedLockGoroutines(n int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for range n / 2 {
				mu.Lock()
				runtime.Gosched()
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

// permits lets two hand permits to each other, n / 2 times each.
//
//coroutine:async
func permits(n int) error {
	mine, yours := locks.NewSemaphore(1), locks.NewSemaphore(0)
	other := co.Spawn(passAsync(n/2, yours, mine))
	if err := co.Wait(passAsync(n/2, mine, yours)); err != nil {
		return err
	}
	return co.Wait(other)
}

//coroutine:async
func pass(n int, mine, yours *locks.Semaphore) error {
	for range n {
		if err := co.Wait(mine.Acquire()); err != nil {
			return err
		}
		yours.Release()
	}
	return nil
}

// events lets two wake each other in turn, n / 2 times each.
//
//coroutine:async
func events(n int) error {
	mine, yours := new(locks.Event), new(locks.Event)
	mine.Set()
	other := co.Spawn(takeTurnsAsync(n/2, yours, mine))
	if err := co.Wait(takeTurnsAsync(n/2, mine, yours)); err != nil {
		return err
	}
	return co.Wait(other)
}

//coroutine:async
func takeTurns(n int, mine, yours *locks.Event) error {
	for range n {
		if err := co.Wait(mine.Wait()); err != nil {
			return err
		}
		mine.Clear()
		yours.Set()
	}
	return nil
}

func eventsChannels(n int) {
	mine, yours := make(chan struct{}, 1), make(chan struct{}, 1)
	mine <- struct{}{}
	turns := func(mine <-chan struct{}, yours chan<- struct{}) {
		for range n / 2 {
			<-mine
			yours <- struct{}{}
		}
	}
	var wg sync.WaitGroup
	wg.Go(func() { turns(yours, mine) })
	turns(mine, yours)
	wg.Wait()
}

func eventsCond(n int) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	turn := 0
	turns := func(mine int) {
		for range n / 2 {
			mu.Lock()
			for turn != mine {
				cond.Wait()
			}
			turn = 1 - mine
			mu.Unlock()
			cond.Signal()
		}
	}
	var wg sync.WaitGroup
	wg.Go(func() { turns(1) })
	turns(0)
	wg.Wait()
}
