package diag

// This file lists the codes of all stages. A code is part of the tool's
// interface: it is never renamed or given a second meaning. Every code has a
// comment with an Example of what it refuses, and a case of the same name in
// testdata/check/src; a test demands both.

const (
	// DoesNotCompile occurs when the Go type checker or the go command rejects
	// the package. Nothing is generated from code that does not compile.
	//
	// Example:
	//  //coroutine:async
	//  func f() int { return "no" }
	DoesNotCompile Code = "DoesNotCompile"

	// DirectiveUnknown occurs when a comment looks like a directive of this
	// tool but is not one.
	//
	// Example:
	//  //coroutine:asink
	//  func f() error { return nil }
	DirectiveUnknown Code = "DirectiveUnknown"

	// DirectiveSpaced occurs when a directive has a space where none may be.
	//
	// Example:
	//  // coroutine:async
	//  func f() error { return nil }
	DirectiveSpaced Code = "DirectiveSpaced"

	// DirectiveMisplaced occurs when a directive does not stand directly above
	// a function declaration.
	//
	// Example:
	//  //coroutine:async
	//
	//  func f() error { return nil }
	DirectiveMisplaced Code = "DirectiveMisplaced"

	// DirectiveArguments occurs when text follows a directive that takes none.
	//
	// Example:
	//  //coroutine:async fast
	//  func f() error { return nil }
	DirectiveArguments Code = "DirectiveArguments"

	// DirectiveRepeated occurs when a function carries a directive twice, or
	// two that contradict each other.
	//
	// Example:
	//  //coroutine:async
	//  //coroutine:async
	//  func f() error { return nil }
	DirectiveRepeated Code = "DirectiveRepeated"

	// DirectiveInTest occurs when a directive stands in a _test.go file.
	//
	// Example:
	//  // in f_test.go
	//  //coroutine:async
	//  func f() error { return nil }
	DirectiveInTest Code = "DirectiveInTest"

	// DirectiveInCgo occurs when a directive stands in a file that imports "C".
	//
	// Example:
	//  import "C"
	//
	//  //coroutine:async
	//  func f() error { return nil }
	DirectiveInCgo Code = "DirectiveInCgo"

	// UnsupportedTarget occurs when a function of this name cannot be called by
	// anybody, or is called by the runtime, which does not await.
	//
	// Example:
	//  //coroutine:async
	//  func main() {}
	UnsupportedTarget Code = "UnsupportedTarget"

	// UnsupportedGeneric occurs when an async function, or the type that it is
	// a method of, has type parameters.
	//
	// Example:
	//  //coroutine:async
	//  func f[T any](v T) error { return nil }
	UnsupportedGeneric Code = "UnsupportedGeneric"

	// MissingBody occurs when an async function has no body to rewrite.
	//
	// Example:
	//  //coroutine:async
	//  func f() error
	MissingBody Code = "MissingBody"

	// DuplicateName occurs when the name of the function to generate is already
	// taken by a declaration of the user, or by that of another async function.
	//
	// Example:
	//  //coroutine:async
	//  func f() error { return nil }
	//
	//  func fAsync() {}
	DuplicateName Code = "DuplicateName"

	// TooManyResults occurs when an async function has more than three results
	// besides its error.
	//
	// Example:
	//  //coroutine:async
	//  func f() (a, b, c, d int, err error) { return }
	TooManyResults Code = "TooManyResults"

	// MisplacedError occurs when an error among several results is not the last.
	//
	// Example:
	//  //coroutine:async
	//  func f() (error, int) { return nil, 0 }
	MisplacedError Code = "MisplacedError"
)
