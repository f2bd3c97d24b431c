package testbed

// This file makes coroutines of functions and runs them beside each other. They run on the
// reference backend, where a test reads from top to bottom.

import (
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// Do returns fn as a coroutine.
func Do(fn func() error) rt.Coroutine[rt.Void] { return machine.LockstepVoid(fn) }

// Wait awaits x and drops its value.
func Wait[T any](x rt.Expr[T]) error {
	_, err := rt.Block(x)
	return err
}

// Spawn starts fn beside the current task.
func Spawn(fn func() error) *rt.TaskOf[rt.Void] { return rt.Spawn(rt.Current(), Do(fn)) }

// Start starts fn beside the current task and lets it run until it waits.
func Start(fn func() error) *rt.TaskOf[rt.Void] {
	task := Spawn(fn)
	Settle()
	return task
}

// Settle lets everything else run until it waits. It sleeps for a millisecond of a fake clock.
func Settle() { must(Wait(rt.Sleep(time.Millisecond))) }

// Yields lets the other tasks run for n turns.
func Yields(n int) {
	for range n {
		must(Wait(rt.Yield()))
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
