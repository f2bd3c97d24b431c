// Package inside is the door between package rt and package machine: what machine does
// with tasks and loops, and what nobody else may do. Package rt sets the variables here
// when it is initialised. Package machine reads them. So rt exports nothing for machine.
package inside

import (
	"bytes"
	"fmt"
	"runtime/debug"
	"strings"
)

// Of returns the inside of a task. It is a func(*rt.Task) Task[*rt.Task, *rt.Panic].
var Of any

// A Task is the inside of a task, for the types T, which is *rt.Task, and P, which is
// *rt.Panic. Its methods are called on the goroutine of the loop, or of a coroutine that
// is in lock-step with the loop.
type Task[T, P any] interface {
	// MustBe panics if by, which polls what the task has begun to wait for, is
	// another task.
	MustBe(by T)

	// Goexit notes that runtime.Goexit is ending the task.
	Goexit()

	// MaySuspend panics if runtime.Goexit is ending the task.
	MaySuspend()

	// InFlight returns the panic with the value v, which was recovered and is going
	// to go on. It has replaced old, if that is not nil.
	InFlight(v any, old P) P

	// Fly notes that p is in flight while the task is suspended, further out than what
	// was noted before. The innermost coroutine suspends first.
	Fly(p P)

	// Passes notes that p goes on in this step, by a panic with its value.
	Passes(p P)

	// Left notes that the panic with the value v, which has left a goroutine of the task
	// and is being recovered there, goes on in this step.
	Left(v any)

	// LeftCall returns the panic with the value v, which has left a coroutine that was
	// called where it is awaited, and is being recovered there.
	LeftCall(v any) P

	// Watched reports whether the task looks for deferred calls whenever it is asked
	// about cancellations. SetWatched sets that.
	Watched() bool
	SetWatched(bool)
}

// Register enters what the calling goroutine is occupied with: a loop, or the host of
// coroutines in lock-step with one. The goroutine has hardly begun. The function that
// Register returns takes that back. If the goroutine is occupied already, ok is false.
var Register func(as any) (unregister func(), ok bool)

// Occupation returns what the calling goroutine is occupied with: a loop, the innermost
// coroutine in lock-step with one, or nil.
var Occupation func() any

// A Named is a coroutine whose function is not that of its type.
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

// Module is what the names of the functions of this module begin with, on a stack.
const Module = "github.com/coroutinegen/coroutinegen/"

// Runs reports whether function, which has its name from a stack, is one of those
// packages that run a coroutine: rt, rt/machine and annotations.
func Runs(function string) bool {
	rest, ok := strings.CutPrefix(function, Module)
	return ok && (strings.HasPrefix(rest, "rt.") || strings.HasPrefix(rest, "rt/machine.") || strings.HasPrefix(rest, "annotations."))
}
