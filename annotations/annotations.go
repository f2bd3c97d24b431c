package annotations

import (
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// Await waits for x and returns its result. The error reports both a failure and a
// cancellation.
func Await[T any](x rt.Expr[T]) (T, error) { return rt.Block(x) }

// Await2 is [Await] for an x with two results besides its error.
func Await2[A, B any](x rt.Expr[rt.Two[A, B]]) (A, B, error) {
	v, err := rt.Block(x)
	return v.V1, v.V2, err
}

// Await3 is [Await] for an x with three results besides its error.
func Await3[A, B, C any](x rt.Expr[rt.Three[A, B, C]]) (A, B, C, error) {
	v, err := rt.Block(x)
	return v.V1, v.V2, v.V3, err
}

// Wait is [Await] for an x that has no result but its error.
func Wait(x rt.Expr[rt.Void]) error {
	_, err := rt.Block(x)
	return err
}

// Must is [Await] for an x that cannot fail. If x fails nevertheless, Must
// panics with the error.
func Must[T any](x rt.Expr[T]) T {
	v, err := rt.Block(x)
	if err != nil {
		panic(err)
	}
	return v
}

// Must2 is [Must] for an x with two results.
func Must2[A, B any](x rt.Expr[rt.Two[A, B]]) (A, B) {
	v := Must(x)
	return v.V1, v.V2
}

// Must3 is [Must] for an x with three results.
func Must3[A, B, C any](x rt.Expr[rt.Three[A, B, C]]) (A, B, C) {
	v := Must(x)
	return v.V1, v.V2, v.V3
}

// Async returns the coroutine that runs f: an async function literal.
//
//	worker := func(id int) rt.Coroutine[int] {
//		return co.Async(func() (int, error) { ... })
//	}
//
// Calling Async runs nothing. In an async function, the tool turns a function literal
// that is passed to Async into a machine, with the variables that the literal captures.
// In all other places f runs as it is, as with -backend=goroutine.
func Async[T any](f func() (T, error)) rt.Coroutine[T] { return machine.Lockstep(f) }

// AsyncVoid is [Async] for an f that has no result but its error.
func AsyncVoid(f func() error) rt.Coroutine[rt.Void] { return machine.LockstepVoid(f) }

// Async2 is [Async] for an f with two results besides its error.
func Async2[A, B any](f func() (A, B, error)) rt.Coroutine[rt.Two[A, B]] { return machine.Lockstep2(f) }

// Async3 is [Async] for an f with three results besides its error.
func Async3[A, B, C any](f func() (A, B, C, error)) rt.Coroutine[rt.Three[A, B, C]] {
	return machine.Lockstep3(f)
}

// Self returns the task that is running.
func Self() *rt.Task { return rt.Current() }

// Spawn starts x as a task beside the task that is running and returns the new
// task. Spawn is asyncio.create_task.
func Spawn[T any](x rt.Expr[T]) *rt.TaskOf[T] { return rt.Spawn(rt.Current(), x) }
