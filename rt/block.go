package rt

// This file implements Await and the current task for code that is not a machine.

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// Block waits for x and returns its result. How it waits depends on its caller:
//
//   - In a lock-step coroutine (see Async of package annotations), Block lets the loop run
//     until x is ready.
//   - On an ordinary goroutine, Block blocks that goroutine. If x belongs to a loop, as a task
//     does, or an operation of a connection in use, it is awaited on that loop. A method Loop()
//     *Loop of x, which any goroutine may call, returns the loop. Any other operation, such as
//     [Sleep] or a [Future], is awaited on a loop that Block makes for it. If x is a coroutine
//     that belongs to no loop, or is made of one (see [Composite]), Block panics: only the
//     caller knows the loop on which the coroutine may run, and on a new loop the coroutine
//     could race with the tasks with which it shares state. See [Run], [StartThreadsafe] and
//     [RunThreadsafe].
//   - On a goroutine that is running a loop, Block panics: it would stop the tasks that it
//     waits for.
//
// Await of package annotations calls Block where coroutinegen did not rewrite it.
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
		if name, ok := rangesOverEach(); ok {
			panic(homelessLoop(name))
		}
		panic(homeless(caller()))
	}
	return Run(x)
}

// homeless returns the panic value for an await, in the function name, of a coroutine that
// belongs to no loop.
func homeless(name string) error {
	return fmt.Errorf("%s awaits a coroutine on a goroutine that runs no event loop, and the coroutine belongs to none: "+
		"run it on a loop of its own with rt.Run(coroutine), "+
		"on a loop that another goroutine runs with rt.Block(rt.StartThreadsafe(loop, coroutine)), "+
		"or on that loop until a context ends with rt.RunThreadsafe(ctx, loop, coroutine)", name)
}

// homelessLoop returns the panic value for a range over Each of asyncgen, in the function name,
// whose values come from a coroutine that belongs to no loop.
func homelessLoop(name string) error {
	return fmt.Errorf("%s ranges over Each on a goroutine that runs no event loop, and the generator belongs to none: "+
		"move the loop into an async function, and run its coroutine on a loop with rt.Run(coroutine)", name)
}

// A Composite is an operation that is made of other operations, as [Timeout] is.
type Composite interface {
	// Parts returns the other operations: coroutines, operations, tasks and futures. [Block]
	// calls it before the first poll, on any goroutine.
	Parts() []any
}

// hasCoroutine reports whether x is a coroutine or is made of one.
func hasCoroutine(x any) bool {
	switch x := x.(type) {
	case interface{ isCoroutine() }:
		return true
	case Composite:
		return slices.ContainsFunc(x.Parts(), hasCoroutine)
	}
	return false
}

// stopsLoop returns the panic value for an await, in the function name, on the goroutine of a
// loop.
func stopsLoop(name string) error {
	var remedy string
	switch {
	case inMachine(name):
		remedy = "in a coroutine, write Await of package annotations and not rt.Block"
	case strings.HasPrefix(name, inside.Module+"rt/streams."): // methods of NetConn and similar types
		remedy = "call it on a goroutine of its own with rt.ToThread, or from a coroutine made by machine.Lockstep"
	default:
		remedy = fmt.Sprintf("if %s is a coroutine, marked with //coroutine:async, await what its Async function returns instead of calling it by its own name; "+
			"if not, call it on a goroutine of its own with rt.ToThread, and await coroutines there with rt.RunThreadsafe(ctx, loop, coroutine)", name)
	}
	return fmt.Errorf("%s awaits on the goroutine that runs the event loop, and would stop every task: %s", name, remedy)
}

// inMachine reports whether the function called name is the Poll method of a machine, or a part
// of it.
func inMachine(name string) bool {
	_, method, ok := strings.Cut(name, "Frame).")
	return ok && strings.HasPrefix(method, "part") || strings.HasSuffix(name, ").Poll")
}

// Current returns the task that is running. It panics outside of a task. It is slow: a
// coroutine that was generated or written by hand gets its task from Poll.
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

// TryCurrent is like [Current], but returns nil outside of a task.
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

// loopOf returns the loop that x, or a part of x, belongs to. It returns nil if x can be
// awaited on any loop.
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
