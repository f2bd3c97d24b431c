// Package machine contains what machines call. A machine is code that coroutinegen generates,
// or a frame written by hand in the same style. A program with generated machines needs at most
// one name of this package: [Lockstep], for a library that blocks (see "The reference").
// Everything else that it calls is in package rt.
//
// The sections below explain the names that you find in a generated file.
//
// # In every machine
//
// A machine is the frame of a coroutine. Its method Poll goes on where the coroutine has
// stopped. A coroutine runs once: a machine that is polled after its end panics with the result
// of [Resumed].
//
// # Statements that can pause
//
// Some statements of Go cannot pause. A machine leaves them when one of its awaits suspends, so
// it uses values in their place:
//
//   - [RangeMap] makes a [MapIter], for a range over a map;
//   - [RangeSeq], [RangeSeq2] and [RangeFunc] make a [SeqIter] or a [Seq2Iter], for a range
//     over a function. [Unwind] lets a panic of the body go through such loops, each of which
//     is a [FuncIter].
//
// # Deferred calls
//
// A machine defers its calls where it ends, not where it suspends. An [Exit] holds the panic or
// the runtime.Goexit that is in flight while one of these calls awaits. [Callable] makes a
// deferred nil function panic when it is called, as in Go, and not earlier.
//
// # Variables and types
//
// [Box] makes the variable of a parameter that closures share. An [Enclosed] is a coroutine
// whose frame has no methods, because its types are declared in a function.
//
// # The reference
//
// [Lockstep] runs a function as it is, on a goroutine that takes turns with the loop. The
// goroutine backend of coroutinegen calls it, and so do the constructors of machines in a build from
// source ([FromSource]), and Async of package annotations where a function literal did not become a
// machine. [LockstepVoid], [Lockstep2] and [Lockstep3] are for functions with other numbers of
// results. Lockstep also runs code that must not become a machine, such as a library that reads from
// a connection of package streams as if it blocked.
//
// A coroutine with more than one result returns an rt.Two or an rt.Three. These two, rt.Void
// and rt.NewCoroutine are in package rt, because users see them in the types of coroutines.
//
// # Generators
//
// A generator is a machine that a program calls itself, so its type is exported if its function
// is. Next takes the place of Poll. The field more is what a yield returns: true, until Stop
// resumes the machine for the last time. A function that could call Next or Stop of its own
// generator panics then with the result of [Reentered].
//
// In a build from source, the field source runs the function as it is, by iter.Pull: it is a
// [Source] or a [Source2], which [RunSource] and [RunSource2] make. In other builds these types
// are empty, and the compiler drops all code that uses them. In files of the goroutine backend, a
// generator is nothing but a [Pull] or a [Pull2], which [NewPull] and [NewPull2] make.
//
// A generator with a Yielder also takes values and errors. Send panics with the result of
// [NotBegun] if the generator has not begun. Throw gives its argument to [Thrown], and Close gives
// the error of the function to [Closed]. In a build from source, the field source is a
// [SendSource], which [RunSendSource] makes. In files of the goroutine backend, the generator is
// nothing but a [SendPull], which [NewSendPull] makes. A generator that hands on the values of any
// other one, by YieldFrom of package annotations, keeps a [Delegation], which [DelegateTo] makes.
//
// A generator runs without a task. So RangeSeq and the like get nil for the task. An async
// generator has a task, and its machine is a coroutine: see package asyncgen.
//
// # Versions
//
// A generated file ends with two constants, a [GenerateAgain] and an [UpdateRuntime]. They
// compile only if this version of the package fits the file.
package machine

import (
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// insideOf returns the access that package rt gives this package to a task.
var insideOf = inside.Of.(func(*rt.Task) inside.Task[*rt.Task, *rt.Panic])
