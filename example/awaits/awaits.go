// Package awaits has the coroutines that the benchmarks measure: awaits one
// after the other, awaits one inside the other, tasks, and sleep.
package awaits

import (
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/awaits/gate"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../generated/awaits

// Three passes g three times in each round, and adds up.
//
//coroutine:async
func Three(g *gate.Gate, rounds int) (sum int, err error) {
	for range rounds {
		a, err := co.Await(g.Pass())
		if err != nil {
			return sum, err
		}
		b, err := co.Await(g.Pass())
		if err != nil {
			return sum, err
		}
		c, err := co.Await(g.Pass())
		if err != nil {
			return sum, err
		}
		sum += a - 2*b + 3*c
	}
	return sum, nil
}

// Nested1 passes g in each round, one call deep.
//
//coroutine:async
func Nested1(g *gate.Gate, rounds int) (sum int, err error) {
	for range rounds {
		n, err := co.Await(nest1Async(g))
		if err != nil {
			return sum, err
		}
		sum += n
	}
	return sum, nil
}

// Nested5 passes g in each round, five calls deep.
//
//coroutine:async
func Nested5(g *gate.Gate, rounds int) (sum int, err error) {
	for range rounds {
		n, err := co.Await(nest5Async(g))
		if err != nil {
			return sum, err
		}
		sum += n
	}
	return sum, nil
}

// Nested10 passes g in each round, ten calls deep.
//
//coroutine:async
func Nested10(g *gate.Gate, rounds int) (sum int, err error) {
	for range rounds {
		n, err := co.Await(nest10Async(g))
		if err != nil {
			return sum, err
		}
		sum += n
	}
	return sum, nil
}

// Spawn starts a task in each round and waits for its result.
//
//coroutine:async
func Spawn(g *gate.Gate, rounds int) (sum int, err error) {
	for range rounds {
		n, err := co.Await(co.Spawn(nest1Async(g)))
		if err != nil {
			return sum, err
		}
		sum += n
	}
	return sum, nil
}

// Sleep sleeps for d in each round.
//
//coroutine:async
func Sleep(d time.Duration, rounds int) error {
	for range rounds {
		if err := co.Wait(rt.Sleep(d)); err != nil {
			return err
		}
	}
	return nil
}

// Idle is the least that a task which waits for a timer can be.
//
//coroutine:async
func Idle(d time.Duration) error { return co.Wait(rt.Sleep(d)) }
