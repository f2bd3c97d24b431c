package rt

import (
	"errors"
	"iter"
	"slices"
)

// A Yielder is the parameter by which a generator function hands out values and takes values in,
// as yield does in Python (PEP 342). Package annotations has it as co.Yielder.
type Yielder[Out, In any] interface {
	// Yield hands v to the caller of Next, Send or Throw, and suspends the function until the
	// next such call. It returns the value of that call: what Send was given, or the zero value
	// after Next. The error is the one that Throw was given, or [ErrGeneratorExit] after Close.
	Yield(v Out) (In, error)
}

// A SendGenerator is a generator that takes values and errors while it hands out values.
// coroutinegen writes a type with these methods for each function that is marked with
// //coroutine:generator and has a parameter of type co.Yielder. R is the result of the function,
// as in the coroutine of an async function: [Void] if it returns nothing, or nothing but an error, and a [Two]
// or a [Three] if it returns several results.
//
// A generator has no goroutine. Its methods must not be called by several goroutines at once. They
// may be called on any goroutine, with or without a loop. Next, Send, Throw and Close panic if the
// function itself calls them. A panic or a runtime.Goexit of the function reaches their caller,
// and ends the generator.
type SendGenerator[Out, In, R any] interface {
	// Next runs the function to its next Yield and returns the value. ok is false if the function
	// has returned instead: see Result. The Yield at which the function was suspended returns the
	// zero value. After the end, Next does nothing.
	Next() (v Out, ok bool)

	// Send is Next, but the Yield returns in. Send panics if the generator has not begun: no
	// Yield waits for the value. Call Next first.
	Send(in In) (v Out, ok bool)

	// Throw is Next, but the Yield returns err. A generator that has not begun does not begin: err
	// is its result. Throw panics if err is nil. After the end, Throw does nothing.
	Throw(err error) (v Out, ok bool)

	// Close ends the generator: the Yield at which it is suspended returns [ErrGeneratorExit], and
	// the function returns, with its deferred calls. Close returns the error of the function,
	// unless that says no more than ErrGeneratorExit, which it may wrap. If the function yields again, Close returns [ErrIgnoredExit],
	// and the generator stays suspended. A generator that has not begun does not begin:
	// ErrGeneratorExit is its result. After the end, Close does nothing and returns nil.
	Close() error

	// Result returns what the function has returned. Until it has, and if it never will because
	// it has panicked, the error is [ErrNoResult].
	Result() (R, error)

	// All returns the values that are left, for a range statement, which calls Next. A loop that
	// ends early leaves the generator suspended.
	All() iter.Seq[Out]

	// Where is like that of [Generator].
	Locator

	// String is like that of [Generator].
	String() string
}

// ErrGeneratorExit is the error of the Yield at which a generator is closed. The function then
// cleans up and returns this or another error. It is GeneratorExit in Python.
var ErrGeneratorExit = errors.New("generator is being closed")

// ErrIgnoredExit is the error of Close if the function yields in place of returning.
var ErrIgnoredExit = errors.New("generator has ignored ErrGeneratorExit: it yields while it is being closed")

// ErrNoResult is the error of a generator whose function has not returned.
var ErrNoResult = errors.New("generator has no result: its function has not returned")

// IsGeneratorExit reports whether err says no more than [ErrGeneratorExit]: whether it is or wraps
// that error, and so are all errors that it joins.
func IsGeneratorExit(err error) bool {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list := joined.Unwrap()
		return len(list) > 0 && !slices.ContainsFunc(list, func(err error) bool { return !IsGeneratorExit(err) })
	}
	if err == ErrGeneratorExit {
		return true
	}
	inner := errors.Unwrap(err)
	return inner != nil && IsGeneratorExit(inner)
}
