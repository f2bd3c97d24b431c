// Package machine is what machines call: the code that coroutinegen generates, and frames
// that somebody writes by hand in its style. A program that has its machines generated
// needs one name of it at most, [Lockstep], for a library that blocks (see "The
// reference"); what it calls otherwise is in package rt.
//
// This is where you meet its names when you open a generated file.
//
// # In every machine
//
// A machine is the frame of a coroutine. Its method Poll goes on where the coroutine has
// stopped. A coroutine runs once: a machine that is polled after its end panics with what
// [Resumed] returns.
//
// # Statements that can pause
//
// Some statements of Go cannot stop in the middle, and a machine leaves them when one of
// its awaits suspends. Values stand in for them:
//
//   - [RangeMap] makes a [MapIter], for a range over a map;
//   - [RangeSeq], [RangeSeq2] and [RangeFunc] make a [SeqIter] or a [Seq2Iter], for a range
//     over a function. [Unwind] lets a panic of the body go through such loops, each of
//     which is a [FuncIter].
//
// # Deferred calls
//
// A machine defers its calls where it ends, not where it suspends. An [Exit] holds what is
// in flight, a panic or the end of the goroutine, while one of these calls awaits.
// [Callable] lets a deferred nil function panic when it is called, as it does in Go, and not
// earlier.
//
// # Variables and types
//
// [Box] makes the variable of a parameter that closures share. An [Enclosed] is a coroutine
// whose frame has no methods, because its types are declared in a function.
//
// # The reference
//
// [Lockstep] runs a function as it is, on a goroutine that takes turns with the loop. The
// goroutine backend of coroutinegen calls it, and so does Async of package annotations
// where a function literal did not become a machine: [LockstepVoid], [Lockstep2] and
// [Lockstep3] are for those. It serves code that must not become a machine, too: a library
// that reads from a connection of package streams as if it blocked.
//
// A function with more results than one has them in an rt.Two or an rt.Three; these two,
// rt.Void and rt.NewCoroutine are in package rt, because users see them in the types of
// coroutines.
package machine

import (
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// insideOf returns what package rt lets this package do with a task.
var insideOf = inside.Of.(func(*rt.Task) inside.Task[*rt.Task, *rt.Panic])
