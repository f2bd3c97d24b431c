package diag

// This file lists the codes of load and check. The texts of the messages stand where a
// diagnostic is reported: most in package check, the others in package load.
//
// A code is part of the tool's interface: it is never renamed or given a second meaning.
// Every code has a comment with an Example of what it refuses, and a case of the same name in
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

	// DirectiveMangled occurs when a comment means a directive but is not
	// written as one: with a space, a capital letter, without the colon, or with
	// the word coroutine misspelt.
	//
	// Example:
	//  // coroutine:async
	//  func f() error { return nil }
	DirectiveMangled Code = "DirectiveMangled"

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

	// UnsupportedTarget occurs when an async function has a name that nobody can
	// call, or a name that the Go runtime calls: the runtime does not await.
	//
	// Example:
	//  //coroutine:async
	//  func main() {}
	UnsupportedTarget Code = "UnsupportedTarget"

	// MissingBody occurs when an async function has no body to rewrite.
	//
	// Example:
	//  //coroutine:async
	//  func f() error
	MissingBody Code = "MissingBody"

	// DuplicateName occurs when the name of the function to generate is already
	// taken by a declaration of the user, or by the function generated for another
	// async function.
	//
	// Example:
	//  //coroutine:async
	//  func f() error { return nil }
	//
	//  func fAsync() {}
	DuplicateName Code = "DuplicateName"

	// TargetTaken occurs when the file to generate exists and was not written by
	// this tool.
	//
	// Example:
	//  // in x.go
	//  //coroutine:async
	//  func f() error { return nil }
	//
	//  // in x_coroutine.go, by hand
	//  func g() {}
	TargetTaken Code = "TargetTaken"

	// TooManyResults occurs when an async function has more than three results
	// besides its error.
	//
	// Example:
	//  //coroutine:async
	//  func f() (a, b, c, d int, err error) { return }
	TooManyResults Code = "TooManyResults"

	// AwaitOutsideAsync occurs when a function without a directive awaits, or calls an
	// async function by its own name, which then awaits. (Tests may make such calls.)
	//
	// Example:
	//  func f(conn *netio.Conn) { co.Await(conn.Read(nil)) }
	AwaitOutsideAsync Code = "AwaitOutsideAsync"

	// AwaitAtPackageLevel occurs when the initial value of a package-level variable
	// awaits, or calls an async function by its own name.
	//
	// Example:
	//  var x = co.Must(fAsync())
	AwaitAtPackageLevel Code = "AwaitAtPackageLevel"

	// AwaitInClosure occurs when an await stands in a function literal of an async
	// function, and the literal is neither called where it stands nor the operand of
	// Async.
	//
	// Example:
	//  //coroutine:async
	//  func f() { g := func() { co.Wait(rt.Yield()) }; g() }
	AwaitInClosure Code = "AwaitInClosure"

	// AwaitInGo occurs when the call of a go statement in an async function
	// awaits. An await among the arguments of such a call is supported.
	//
	// Example:
	//  //coroutine:async
	//  func f() { go co.Wait(rt.Yield()) }
	AwaitInGo Code = "AwaitInGo"

	// AwaitNotEvaluated occurs when an await stands in a constant expression,
	// whose operands are never evaluated.
	//
	// Example:
	//  //coroutine:async
	//  func f() uintptr { return unsafe.Sizeof(co.Must(gAsync())) }
	AwaitNotEvaluated Code = "AwaitNotEvaluated"

	// AwaitNotCalled occurs when one of the await functions is used as a value.
	//
	// Example:
	//  //coroutine:async
	//  func f() { wait := co.Wait; wait(rt.Yield()) }
	AwaitNotCalled Code = "AwaitNotCalled"

	// AsyncValueDropped occurs when a call stands as a statement although its result
	// must be awaited: nothing would ever run it.
	//
	// Example:
	//  //coroutine:async
	//  func f() { gAsync() }
	AsyncValueDropped Code = "AsyncValueDropped"

	// ErrorDropped occurs when an await that can fail stands as a statement. Its error is
	// dropped, and so is a cancellation. Only go vet reports this code.
	//
	// Example:
	//  //coroutine:async
	//  func f() { co.Wait(rt.Yield()) }
	ErrorDropped Code = "ErrorDropped"

	// AsyncFuncValue occurs when the name of an async function is used as a value in an
	// async function, except for a call on another goroutine. Only go vet reports this code.
	//
	// Example:
	//  //coroutine:async
	//  func f() error { return each(g) } // g is async
	AsyncFuncValue Code = "AsyncFuncValue"

	// BlockingCall occurs when an async function calls a function marked
	// //coroutine:blocking, or calls an async function of any package by its own name
	// instead of awaiting nameAsync: the call would stop every task of the loop. The code
	// also occurs for rt.Run, rt.Block and the like, which panic in an async function.
	//
	// Example:
	//  //coroutine:blocking
	//  func f() error { return co.Wait(rt.Yield()) }
	//
	//  //coroutine:async
	//  func g() error { return f() }
	BlockingCall Code = "BlockingCall"

	// SelfInGo occurs when Self or Spawn is called in the function literal of a
	// go statement: no task runs on that goroutine.
	//
	// Example:
	//  //coroutine:async
	//  func f() { go func() { co.Spawn(gAsync()) }() }
	SelfInGo Code = "SelfInGo"
)
