package locks_test

import (
	"fmt"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// There is an await between reading the balance and writing it. Without the lock both tasks
// would read 100.
func ExampleLock() {
	var lock locks.Lock
	balance := 100
	withdraw := func(amount int) rt.Coroutine[rt.Void] {
		return co.Async(func() (rt.Void, error) {
			if _, err := co.Await(lock.Acquire()); err != nil {
				return rt.Void{}, err // cancelled: the task does not hold the lock
			}
			defer lock.Release()
			before := balance
			if _, err := co.Await(rt.Sleep(time.Millisecond)); err != nil { // ask the bank
				return rt.Void{}, err
			}
			balance = before - amount
			return rt.Void{}, nil
		})
	}
	_, err := rt.Run(rt.Gather[rt.Void](withdraw(30), withdraw(20)))
	fmt.Println(balance, err)
	// Output: 50 <nil>
}

// A task waits until a condition holds. The tasks that change the state notify it.
func ExampleCondition() {
	cond := locks.NewCondition(nil)
	fuel := 0
	launch := co.Async(func() (rt.Void, error) {
		if _, err := co.Await(cond.Acquire()); err != nil {
			return rt.Void{}, err
		}
		defer cond.Release() // the task holds the lock after WaitFor, whether or not it was cancelled
		if _, err := co.Await(cond.WaitFor(func() bool { return fuel >= 3 })); err != nil {
			return rt.Void{}, err
		}
		fmt.Println("launched with", fuel)
		return rt.Void{}, nil
	})
	fill := co.Async(func() (rt.Void, error) {
		for range 3 {
			if _, err := co.Await(cond.Acquire()); err != nil {
				return rt.Void{}, err
			}
			fuel++
			fmt.Println("filled", fuel)
			cond.Notify(1)
			cond.Release()
		}
		return rt.Void{}, nil
	})
	rt.Run(rt.Gather[rt.Void](launch, fill))
	// Output:
	// filled 1
	// filled 2
	// filled 3
	// launched with 3
}

// Two workers run at a time. In an annotated function rt.Block is co.Await.
func ExampleSemaphore() {
	clock := new(rttest.Clock)
	rt.Run(co.Async(func() (rt.Void, error) {
		workers := locks.NewSemaphore(2)
		loop := rt.Current().Loop()
		work := func(name string) rt.Coroutine[rt.Void] {
			return co.Async(func() (rt.Void, error) {
				if _, err := co.Await(workers.Acquire()); err != nil {
					return rt.Void{}, err
				}
				defer workers.Release()
				fmt.Println(loop.Time(), name)
				return co.Await(rt.Sleep(time.Second))
			})
		}
		_, err := co.Await(rt.Gather[rt.Void](work("a"), work("b"), work("c")))
		return rt.Void{}, err
	}), rt.WithClock(clock), rt.WithPoller(rttest.NewPoller(clock)))
	// Output:
	// 0s a
	// 0s b
	// 1s c
}

// The first task that needs the table loads it. The others wait until it is loaded.
func ExampleOnce() {
	var table locks.Once[string]
	load := func() rt.Coroutine[string] {
		return co.Async(func() (string, error) {
			fmt.Println("loading")
			_, err := co.Await(rt.Sleep(time.Millisecond))
			return "the table", err
		})
	}
	rt.Run(co.Async(func() (rt.Void, error) {
		vs, err := co.Await(rt.Gather[string](table.Do(load()), table.Do(load())))
		fmt.Println(vs, err)
		return rt.Void{}, err
	}))
	// Output:
	// loading
	// [the table the table] <nil>
}
