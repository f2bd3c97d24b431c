// Package constructs has ten constructs of asyncio, each as short as it can be: in Python
// (python/constructs.py), here, as the machine that is generated, and by hand (package byhand).
// example/COMPARISON.md lays them side by side.
package constructs

import (
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../generated/constructs

// double returns 2*n in the next turn.
//
//coroutine:async
func double(n int) (int, error) {
	if err := co.Wait(rt.Yield()); err != nil {
		return 0, err
	}
	return 2 * n, nil
}

// sum awaits in a loop.
//
//coroutine:async
func sum(n int) (int, error) {
	total := 0
	for i := range n {
		v, err := co.Await(doubleAsync(i))
		if err != nil {
			return 0, err
		}
		total += v
	}
	return total, nil
}

// size awaits in a condition.
//
//coroutine:async
func size(n int) (string, error) {
	if v, err := co.Await(doubleAsync(n)); err != nil || v > 10 {
		return "large", err
	}
	return "small", nil
}

// guarded cleans up, however it ends.
//
//coroutine:async
func guarded(log *[]string) error {
	*log = append(*log, "open")
	defer func() { *log = append(*log, "close") }()
	return co.Wait(rt.Yield())
}

// both waits for two at once.
//
//coroutine:async
func both(n int) (int, error) {
	a, b, err := co.Await2(rt.Gather2(doubleAsync(n), doubleAsync(n+1)))
	if err != nil {
		return 0, err
	}
	return a + b, nil
}

// group waits for as many as it has started.
//
//coroutine:async
func group(n int) (int, error) {
	tasks := make([]*rt.TaskOf[int], n)
	g := co.Self().OpenGroup()
	for i := range tasks {
		tasks[i] = rt.SpawnIn(g, doubleAsync(i))
	}
	if err := co.Wait(g.Join()); err != nil {
		return 0, err
	}
	total := 0
	for _, task := range tasks {
		v, _, _ := task.Result()
		total += v
	}
	return total, nil
}

// patient waits for no longer than a second.
//
//coroutine:async
func patient(n int) (int, error) {
	return co.Await(rt.Timeout(time.Second, doubleAsync(n)))
}

// count hands out the numbers up to n.
//
//coroutine:generator
func count(n int, yield func(int) bool) {
	for i := range n {
		if !yield(i) {
			return
		}
	}
}

// total adds up what is sent to it, up to a 0.
//
//coroutine:generator
func total(y co.Yielder[int, int]) (int, error) {
	sum := 0
	for {
		n, err := y.Yield(sum)
		if err != nil || n == 0 {
			return sum, err
		}
		sum += n
	}
}

// totals hands on what is sent to it, and returns the sums.
//
//coroutine:generator
func totals(y co.Yielder[int, int], n int) ([]int, error) {
	var sums []int
	for range n {
		sum, err := total(y)
		if err != nil {
			return sums, err
		}
		sums = append(sums, sum)
	}
	return sums, nil
}

// ticks hands out the numbers up to n, each in the next turn.
//
//coroutine:async
//coroutine:generator
func ticks(y co.AsyncYielder[int, rt.Void], n int) error {
	for i := range n {
		if err := co.Wait(rt.Yield()); err != nil {
			return err
		}
		if err := co.Wait(y.Yield(i)); err != nil {
			return err
		}
	}
	return nil
}

// listen adds up ticks.
//
//coroutine:async
func listen(n int) (total int, err error) {
	for i := range co.Each(ticksAsync(n), &err) {
		total += i
	}
	return total, err
}

// locked holds a lock across an await.
//
//coroutine:async
func locked(lock *locks.Lock, counter *int) error {
	if err := co.Wait(lock.Acquire()); err != nil {
		return err
	}
	defer lock.Release()
	before := *counter
	if err := co.Wait(rt.Yield()); err != nil {
		return err
	}
	*counter = before + 1
	return nil
}
