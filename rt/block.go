package rt

// This file is await and the current task for code that is not a machine.

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// Block waits for x and returns its result, in the way that suits its caller:
//
//   - in a lock-step coroutine (see Async of package annotations) it lets the loop go on
//     until x is ready;
//   - on an ordinary goroutine it blocks that. An x that belongs to a loop (a
//     task, an operation of a connection in use) is awaited there; x tells which by a
//     method Loop() *Loop, which any goroutine may call. Any other
//     operation, such as [Sleep] or a [Future], is awaited on a loop that is made
//     for it. A coroutine that belongs to no loop panics, and so does what is made
//     of one (see [Composite]): on which loop it may run only you know, and on one
//     of its own it would race with those of the loop that it shares state with.
//     See [Run], [StartThreadsafe] and [RunThreadsafe];
//   - on a goroutine that is running a loop it panics: it would hold up the
//     very tasks that it waits for.
//
// It is what Await of package annotations does where coroutinegen did not
// rewrite it.
func Block[T any](x Expr[T]) (T, error) {
	switch as := occupation().(type) {
	case baton:
		return await(as, x.Awaitable())
	case *Loop:
		panic(stopsLoop(caller()))
	}
	if l := loopOf(x); l != nil && !l.Closed() {
		return wait(StartThreadsafe(l, x))
	}
	if hasCoroutine(x) {
		panic(homeless(caller()))
	}
	return Run(x)
}

// homeless is the panic of an await, in name, of a coroutine that belongs to no
// loop.
func homeless(name string) error {
	return fmt.Errorf("%s awaits a coroutine on a goroutine that runs no event loop, and the coroutine belongs to none: "+
		"run it on a loop of its own with rt.Run(coroutine), "+
		"on a loop that another goroutine runs with rt.Block(rt.StartThreadsafe(loop, coroutine)), "+
		"or on that loop until a context ends with rt.RunThreadsafe(ctx, loop, coroutine)", name)
}

// A Composite is an operation that is made of others, as [Timeout] is. [Block]
// asks it for them.
type Composite interface {
	// Parts returns the others: coroutines, operations, tasks, futures. It is
	// called before the first poll, on any goroutine.
	Parts() []any
}

// hasCoroutine reports whether x is a coroutine or made of one.
func hasCoroutine(x any) bool {
	switch x := x.(type) {
	case interface{ isCoroutine() }:
		return true
	case Composite:
		return slices.ContainsFunc(x.Parts(), hasCoroutine)
	}
	return false
}

// stopsLoop is the panic of an await in name on the goroutine of a loop.
func stopsLoop(name string) error {
	var remedy string
	switch {
	case inMachine(name):
		remedy = "in a coroutine, write Await of package annotations and not rt.Block"
	case strings.HasPrefix(name, inside.Module+"rt/streams."): // NetConn and its like
		remedy = "call it on a goroutine of its own with rt.ToThread, or from a coroutine made by machine.Lockstep"
	default:
		remedy = fmt.Sprintf("if %s is a coroutine, marked with //coroutine:async, await what its Async function returns instead of calling it by its own name; "+
			"if not, call it on a goroutine of its own with rt.ToThread, and await coroutines there with rt.RunThreadsafe(ctx, loop, coroutine)", name)
	}
	return fmt.Errorf("%s awaits on the goroutine that runs the event loop, and would stop every task: %s", name, remedy)
}

// inMachine reports whether a function so called is Poll of a machine, or a part of it.
func inMachine(name string) bool {
	_, method, ok := strings.Cut(name, "Frame).")
	return ok && strings.HasPrefix(method, "part") || strings.HasSuffix(name, ").Poll")
}

// Current returns the task that is running. It is slow: a coroutine that was
// generated or written by hand knows its task from Poll. Outside of a task it
// panics.
func Current() *Task {
	if t := TryCurrent(); t != nil {
		return t
	}
	if _, ok := occupation().(*Loop); ok {
		panic(fmt.Errorf("%s asks for the current task in a callback of the event loop, where there is none: use the Loop, or Start a task", caller()))
	}
	panic(fmt.Errorf("%s asks for the current task outside of one: call it from a coroutine, run by rt.Run or spawned; "+
		"rt.Start(loop, coroutine), or rt.StartThreadsafe on another goroutine, starts a coroutine from outside", caller()))
}

// TryCurrent is [Current], except that outside of a task it returns nil.
func TryCurrent() *Task {
	switch as := occupation().(type) {
	case baton:
		as.Watch()
		return as.Task().loop.current
	case *Loop:
		return as.current
	}
	return nil
}

// loopOf returns the loop that x, or a part of it, belongs to, or nil if x can be
// awaited on any.
func loopOf(x any) *Loop {
	switch x := x.(type) {
	case interface{ Loop() *Loop }:
		return x.Loop()
	case Composite:
		return loopOfAny(x.Parts())
	}
	return nil
}

// loopOfAny returns the loop that one of xs belongs to, or nil.
func loopOfAny(xs []any) *Loop {
	for _, x := range xs {
		if l := loopOf(x); l != nil {
			return l
		}
	}
	return nil
}
