// Package inside gives package machine access to the tasks and loops of package rt that no
// other package has. Package rt sets the variables here when it is initialised, and package
// machine reads them. So rt exports nothing for machine.
package inside

import (
	"bytes"
	"fmt"
	"runtime/debug"
	"strings"
)

// Of returns the inside of a task. It is a func(*rt.Task) Task[*rt.Task, *rt.Panic].
var Of any

// A Task is the inside of a task. T is *rt.Task, and P is *rt.Panic. The methods are called on
// the goroutine of the loop, or of a coroutine that is in lock-step with the loop.
type Task[T, P any] interface {
	// MustBe panics if by is another task. by polls what the task has begun to wait for.
	MustBe(by T)

	// Goexit records that runtime.Goexit is ending the task.
	Goexit()

	// MaySuspend panics if runtime.Goexit is ending the task.
	MaySuspend()

	// InFlight returns a panic with the value v, which was recovered and is going to go on. If
	// old is not nil, the panic has replaced old.
	InFlight(v any, old P) P

	// Fly records that p is in flight while the task is suspended. p lies further out than the
	// panics recorded before: the innermost coroutine suspends first.
	Fly(p P)

	// Passes records that p goes on in this step, by a panic with its value.
	Passes(p P)

	// Left records that the panic with the value v goes on in this step. The panic has left a
	// goroutine of the task and is being recovered there.
	Left(v any)

	// LeftCall returns the panic with the value v. The panic has left a coroutine that was
	// called where it is awaited, and is being recovered there.
	LeftCall(v any) P

	// Watched reports whether the task looks for deferred calls whenever it is asked about
	// cancellations. SetWatched sets that.
	Watched() bool
	SetWatched(bool)
}

// Register records the occupation of the calling goroutine, which has just begun: a loop, or
// the host of coroutines in lock-step with a loop. unregister removes it. If the goroutine has
// an occupation already, ok is false.
var Register func(as any) (unregister func(), ok bool)

// Occupation returns the occupation of the calling goroutine: a loop, the innermost coroutine
// in lock-step with a loop, or nil.
var Occupation func() any

// Goroutine returns the id of the calling goroutine. It is slow.
var Goroutine func() uint64

// A Named is a coroutine whose function cannot be found by the name of its type.
type Named interface {
	// FuncName returns the name of the function.
	FuncName() string
}

// Resumed returns the panic value for a coroutine or an operation that is polled although it has
// ended or is running. name is the name of the function, or of the type of the operation.
func Resumed(name string) error {
	return fmt.Errorf("%s: awaited twice, or polled after it ended: each call makes a coroutine or an operation that runs once; "+
		"call the function once for each await, or spawn the result and await the task as often as you like", name)
}

// PanicStack returns the stack of the calling goroutine below its panic.
func PanicStack() []byte {
	stack := debug.Stack()
	if i := bytes.Index(stack, []byte("\npanic(")); i >= 0 {
		return stack[i+1:]
	}
	return stack
}

// Module is the prefix of the names of the functions of this module on a stack.
const Module = "github.com/coroutinegen/coroutinegen/"

// Runs reports whether function, a name from a stack, belongs to a package that runs
// coroutines: rt, rt/machine and annotations.
func Runs(function string) bool {
	rest, ok := strings.CutPrefix(function, Module)
	return ok && (strings.HasPrefix(rest, "rt.") || strings.HasPrefix(rest, "rt/machine.") || strings.HasPrefix(rest, "annotations."))
}
