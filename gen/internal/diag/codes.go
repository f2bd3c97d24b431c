package diag

// This file lists the codes of load and check. The texts of the messages stand where a
// diagnostic is reported: most in package check, the others in package load.
//
// A code is part of the tool's interface: it is never renamed or given a second meaning.
// Every code has a comment with an Example of what it refuses, the Remedy, what to write
// Instead, and a case of the same name in testdata/check/src; tests demand all of it, and that
// the tool refuses the Example with the code and does not refuse what stands under Instead. The
// command prints the comments for "coroutinegen help CODE".

const (
	// DoesNotCompile occurs when the Go type checker or the go command rejects
	// the package. Nothing is generated from code that does not compile.
	//
	// Example:
	//  //coroutine:async
	//  func f() int { return "no" }
	//
	// Remedy: Correct what the compiler reports. If a package is missing, add its module
	// with go get, or run go mod tidy. A function that is missing only because it was not
	// generated yet is never reported.
	//
	// Instead:
	//  //coroutine:async
	//  func f() string { return "yes" }
	DoesNotCompile Code = "DoesNotCompile"

	// DirectiveUnknown occurs when a comment looks like a directive of this
	// tool but is not one.
	//
	// Example:
	//  //coroutine:asink
	//  func f() error { return nil }
	//
	// Remedy: Write //coroutine:async, //coroutine:blocking or //coroutine:blocks.
	//
	// Instead:
	//  //coroutine:async
	//  func f() error { return nil }
	DirectiveUnknown Code = "DirectiveUnknown"

	// DirectiveMangled occurs when a comment means a directive but is not
	// written as one: with a space, a capital letter, without the colon, or with
	// the word coroutine misspelt.
	//
	// Example:
	//  // coroutine:async
	//  func f() error { return nil }
	//
	// Remedy: Write the directive in small letters, without a space, at the start of a
	// comment of its own.
	//
	// Instead:
	//  //coroutine:async
	//  func f() error { return nil }
	DirectiveMangled Code = "DirectiveMangled"

	// DirectiveMisplaced occurs when a directive does not stand directly above
	// a function declaration.
	//
	// Example:
	//  //coroutine:async
	//
	//  func f() error { return nil }
	//
	// Remedy: Put the directive into the comment directly above the function, without a
	// blank line between them. A function literal cannot be marked: move its body into a
	// function, or make a coroutine of the literal with co.Async.
	//
	// Instead:
	//  //coroutine:async
	//  func f() error { return nil }
	DirectiveMisplaced Code = "DirectiveMisplaced"

	// DirectiveArguments occurs when text follows a directive that takes none.
	//
	// Example:
	//  //coroutine:async fast
	//  func f() error { return nil }
	//
	// Remedy: Remove what follows the directive.
	//
	// Instead:
	//  //coroutine:async
	//  func f() error { return nil }
	DirectiveArguments Code = "DirectiveArguments"

	// DirectiveRepeated occurs when a function carries a directive twice, or
	// two that contradict each other. An async function may be a generator as well.
	//
	// Example:
	//  //coroutine:async
	//  //coroutine:async
	//  func f() error { return nil }
	//
	// Remedy: Remove one of the two. An async function suspends and never blocks its
	// goroutine, so it cannot be blocking as well.
	//
	// Instead:
	//  //coroutine:async
	//  func f() error { return nil }
	DirectiveRepeated Code = "DirectiveRepeated"

	// GeneratorSignature occurs when a function marked with //coroutine:generator is no
	// iterator function, returns none, and has no Yielder. An iterator function has a
	// parameter yield, whose type is written as func(V) bool or func(K, V) bool, and returns
	// nothing or one bool. A function that returns an iterator function returns it as a
	// literal, in its last statement. It has no other return, and before the literal it
	// declares no types or constants and makes no coroutines of literals. A generator that
	// takes values has one parameter whose type is written as co.Yielder[Out, In], and no
	// yield. If it is marked with //coroutine:async as well, the type is
	// co.AsyncYielder[Out, In], and an iterator function is refused. The code also occurs for
	// a method of a generic type that is declared in another file, or with other names for its
	// type parameters.
	//
	// Example:
	//  //coroutine:generator
	//  func squares(n int) []int { return nil }
	//
	// Remedy: Hand the values to a parameter yield or to a Yielder, or return one literal that
	// has such a yield.
	//
	// Instead:
	//  //coroutine:generator
	//  func squares(n int, yield func(int) bool) {
	//  	for i := range n {
	//  		if !yield(i * i) {
	//  			return
	//  		}
	//  	}
	//  }
	//
	//  //coroutine:async
	//  //coroutine:generator
	//  func slowSquares(y co.AsyncYielder[int, rt.Void], n int) error {
	//  	for i := range n {
	//  		if err := co.Wait(y.Yield(i * i)); err != nil {
	//  			return err
	//  		}
	//  	}
	//  	return nil
	//  }
	GeneratorSignature Code = "GeneratorSignature"

	// YieldEscapes occurs when the parameter yield of a generator is neither called in the
	// function itself nor passed to another generator of the package as its yield. The same
	// holds for a Yielder y, whose y.Yield is called, and which may also be passed to YieldFrom.
	// A machine can suspend generators only, and no other functions that it calls. The y of an
	// async generator may be used like any value: its Yield is awaited.
	//
	// Example:
	//  import "slices"
	//
	//  //coroutine:generator
	//  func all(list []int, yield func(int) bool) {
	//  	slices.Values(list)(yield)
	//  }
	//
	//  //coroutine:generator
	//  func twice(y co.Yielder[int, int]) error {
	//  	send := func(v int) error { _, err := y.Yield(v); return err }
	//  	if err := send(1); err != nil {
	//  		return err
	//  	}
	//  	return send(2)
	//  }
	//
	// Remedy: Hand on the values of another iterator in a loop, and those of any generator with
	// a Yielder by YieldFrom. Or mark the function that gets yield or the Yielder as a generator.
	//
	// Instead:
	//  import "slices"
	//
	//  //coroutine:generator
	//  func all(list []int, yield func(int) bool) {
	//  	for v := range slices.Values(list) {
	//  		if !yield(v) {
	//  			return
	//  		}
	//  	}
	//  }
	//
	//  //coroutine:generator
	//  func send(y co.Yielder[int, int], v int) error {
	//  	_, err := y.Yield(v)
	//  	return err
	//  }
	//
	//  //coroutine:generator
	//  func twice(y co.Yielder[int, int]) error {
	//  	if err := send(y, 1); err != nil {
	//  		return err
	//  	}
	//  	return send(y, 2)
	//  }
	YieldEscapes Code = "YieldEscapes"

	// YieldOutsideGenerator occurs when a function without a directive has a parameter that is
	// written as co.Yielder[Out, In], and calls its Yield. Only generators of the same package can
	// get the Yielder of another, so nobody could call the function.
	//
	// Example:
	//  func numbers(y co.Yielder[int, string]) error {
	//  	_, err := y.Yield(1)
	//  	return err
	//  }
	//
	// Remedy: Mark the function as a generator.
	//
	// Instead:
	//  //coroutine:generator
	//  func numbers(y co.Yielder[int, string]) error {
	//  	_, err := y.Yield(1)
	//  	return err
	//  }
	YieldOutsideGenerator Code = "YieldOutsideGenerator"

	// EachMisplaced occurs when an async function calls Each in another place than the operand of
	// a range statement, or when that statement stands in a range over a function that keeps a
	// goroutine (see "Generators" in package annotations). A panic would have to close the
	// generator before it goes through the other loop, and a machine cannot await there. It also
	// occurs when the second argument of Each is nil: Each would have no error to set.
	//
	// Example:
	//  import "github.com/coroutinegen/coroutinegen/rt/asyncgen"
	//
	//  //coroutine:async
	//  func f(g asyncgen.Iterator[int]) (err error) {
	//  	values := co.Each(g, &err)
	//  	for v := range values {
	//  		fmt.Println(v)
	//  	}
	//  	return err
	//  }
	//
	// Remedy: Range over Each where it is called. In a range over a function, move the loop over
	// Each into an async function of its own. Let the second argument be the address of the result
	// err.
	//
	// Instead:
	//  import "github.com/coroutinegen/coroutinegen/rt/asyncgen"
	//
	//  //coroutine:async
	//  func f(g asyncgen.Iterator[int]) (err error) {
	//  	for v := range co.Each(g, &err) {
	//  		fmt.Println(v)
	//  	}
	//  	return err
	//  }
	EachMisplaced Code = "EachMisplaced"

	// DirectiveInTest occurs when a directive marks a function that go test calls: one that
	// is called TestX, BenchmarkX, FuzzX or ExampleX and stands in a _test.go file.
	//
	// Example:
	//  // in f_test.go
	//  //coroutine:async
	//  func TestF(t *testing.T) { co.Wait(rt.Yield()) }
	//
	// Remedy: Give the async function another name, and run its coroutine in the test.
	//
	// Instead:
	//  // in f_test.go
	//  //coroutine:async
	//  func testF(t *testing.T) error { return co.Wait(rt.Yield()) }
	//
	//  func TestF(t *testing.T) {
	//  	if _, err := rttest.Run(t, testFAsync(t)); err != nil {
	//  		t.Error(err)
	//  	}
	//  }
	DirectiveInTest Code = "DirectiveInTest"

	// DirectiveInCgo occurs when a directive stands in a file that imports "C".
	//
	// Example:
	//  import "C"
	//
	//  //coroutine:async
	//  func f() error { return nil }
	//
	// Remedy: Move the function to a file of its own, and let it call functions of the
	// file that imports "C".
	//
	// Instead:
	//  //coroutine:async
	//  func f() error { return nil }
	DirectiveInCgo Code = "DirectiveInCgo"

	// UnsupportedTarget occurs when an async function has a name that nobody can
	// call, or a name that the Go runtime calls: the runtime does not await.
	//
	// Example:
	//  //coroutine:async
	//  func main() {}
	//
	// Remedy: Give the function a name. Move the body of main or init to an async
	// function, and run that one with rt.Run.
	//
	// Instead:
	//  func main() {
	//  	if _, err := rt.Run(serveAsync()); err != nil {
	//  		log.Fatal(err)
	//  	}
	//  }
	//
	//  //coroutine:async
	//  func serve() error { return nil }
	UnsupportedTarget Code = "UnsupportedTarget"

	// MissingBody occurs when an async function has no body to rewrite.
	//
	// Example:
	//  //coroutine:async
	//  func f() error
	//
	// Remedy: Write the function in Go. Start a function that is written in another
	// language with rt.ToThread.
	//
	// Instead:
	//  //coroutine:async
	//  func f() error { return nil }
	MissingBody Code = "MissingBody"

	// DuplicateName occurs when the name of the function to generate is already
	// taken by a declaration of the user, or by the function generated for another
	// async function. It also occurs when a test takes a name that the code generated
	// from another file needs: that code does not depend on tests, which may be part
	// of one build only.
	//
	// Example:
	//  //coroutine:async
	//  func f() error { return nil }
	//
	//  func fAsync() {}
	//
	// Remedy: Rename one of the two.
	//
	// Instead:
	//  //coroutine:async
	//  func f() error { return nil }
	//
	//  func fLater() {}
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
	//
	// Remedy: Rename one of the two files.
	//
	// Instead:
	//  // in x.go
	//  //coroutine:async
	//  func f() error { return nil }
	//
	//  // in y.go, by hand
	//  func g() {}
	TargetTaken Code = "TargetTaken"

	// TooManyResults occurs when an async function has more than three results
	// besides its error.
	//
	// Example:
	//  //coroutine:async
	//  func f() (a, b, c, d int, err error) { return }
	//
	// Remedy: Return a struct.
	//
	// Instead:
	//  type result struct{ a, b, c, d int }
	//
	//  //coroutine:async
	//  func f() (result, error) { return result{}, nil }
	TooManyResults Code = "TooManyResults"

	// AwaitOutsideAsync occurs when a function without a directive awaits, or calls an
	// async function by its own name, which then awaits. (Tests may make such calls.) It
	// also occurs when a generator awaits that is not async as well.
	//
	// Example:
	//  func f(conn *netio.Conn) (int, error) { return co.Await(conn.Read(nil)) }
	//
	//  //coroutine:generator
	//  func sizes(conn *netio.Conn, yield func(int) bool) {
	//  	yield(co.Must(conn.Read(nil)))
	//  }
	//
	// Remedy: Mark the function as async. If it is meant to block its goroutine until the
	// result is there, mark it as //coroutine:blocking. A goroutine that runs no loop,
	// such as that of an HTTP handler, calls rt.RunThreadsafe with a coroutine. A generator
	// that is marked as async as well hands out its values by an AsyncYielder. Any other
	// generator may yield what its caller is to await.
	//
	// Instead:
	//  //coroutine:async
	//  func f(conn *netio.Conn) (int, error) { return co.Await(conn.Read(nil)) }
	//
	//  //coroutine:async
	//  //coroutine:generator
	//  func sizes(y co.AsyncYielder[int, rt.Void], conn *netio.Conn) error {
	//  	n, err := co.Await(conn.Read(nil))
	//  	if err != nil {
	//  		return err
	//  	}
	//  	return co.Wait(y.Yield(n))
	//  }
	AwaitOutsideAsync Code = "AwaitOutsideAsync"

	// AwaitAtPackageLevel occurs when the initial value of a package-level variable
	// awaits, or calls an async function by its own name.
	//
	// Example:
	//  //coroutine:async
	//  func f() int { return 1 }
	//
	//  var x = co.Must(fAsync())
	//
	// Remedy: Assign the variable in an async function that main runs with rt.Run.
	//
	// Instead:
	//  //coroutine:async
	//  func f() int { return 1 }
	//
	//  var x int
	//
	//  //coroutine:async
	//  func load() { x = co.Must(fAsync()) }
	AwaitAtPackageLevel Code = "AwaitAtPackageLevel"

	// AwaitInClosure occurs when an await stands in a function literal of an async
	// function, and the literal is neither called where it stands nor the operand of
	// Async.
	//
	// Example:
	//  //coroutine:async
	//  func f() { g := func() { co.Wait(rt.Yield()) }; g() }
	//
	// Remedy: Make a coroutine of the literal with co.Async, co.AsyncVoid and the like,
	// and await or spawn it.
	//
	// Instead:
	//  //coroutine:async
	//  func f() error {
	//  	g := co.AsyncVoid(func() error { return co.Wait(rt.Yield()) })
	//  	return co.Wait(g)
	//  }
	AwaitInClosure Code = "AwaitInClosure"

	// AwaitInGo occurs when the call of a go statement in an async function
	// awaits. An await among the arguments of such a call is supported.
	//
	// Example:
	//  //coroutine:async
	//  func f() { go co.Wait(rt.Yield()) }
	//
	// Remedy: Start a task instead of a goroutine.
	//
	// Instead:
	//  //coroutine:async
	//  func f() { co.Spawn(rt.Yield()) }
	AwaitInGo Code = "AwaitInGo"

	// AwaitNotEvaluated occurs when an await stands in a constant expression,
	// whose operands are never evaluated.
	//
	// Example:
	//  //coroutine:async
	//  func f(x rt.Coroutine[[4]int]) uintptr { return unsafe.Sizeof(co.Must(x)) }
	//
	// Remedy: Await into a variable first.
	//
	// Instead:
	//  //coroutine:async
	//  func f(x rt.Coroutine[[4]int]) uintptr {
	//  	v := co.Must(x)
	//  	return unsafe.Sizeof(v)
	//  }
	AwaitNotEvaluated Code = "AwaitNotEvaluated"

	// AwaitNotCalled occurs when one of the await functions is used as a value.
	//
	// Example:
	//  //coroutine:async
	//  func f() error { wait := co.Wait; return wait(rt.Yield()) }
	//
	// Remedy: Call the function where its result is needed.
	//
	// Instead:
	//  //coroutine:async
	//  func f() error { return co.Wait(rt.Yield()) }
	AwaitNotCalled Code = "AwaitNotCalled"

	// AsyncValueDropped occurs when a call stands as a statement although its result
	// must be awaited: nothing would ever run it. It also occurs for a call that makes a
	// generator.
	//
	// Example:
	//  //coroutine:async
	//  func f() error { return nil }
	//
	//  //coroutine:async
	//  func g() error { fAsync(); return nil }
	//
	// Remedy: Await the coroutine, or start it as a task with co.Spawn. Range over the
	// values of a generator. To drop either on purpose, assign it to _.
	//
	// Instead:
	//  //coroutine:async
	//  func f() error { return nil }
	//
	//  //coroutine:async
	//  func g() error { return co.Wait(fAsync()) }
	AsyncValueDropped Code = "AsyncValueDropped"

	// ErrorDropped occurs when an await that can fail stands as a statement. Its error is
	// dropped, and so is a cancellation. Deferred calls and shields drop no cancellation, and are
	// not reported. Whether something keeps the error, as a bufio.Writer does, is not known. The
	// code also occurs in a generator, for a Yield of a Yielder that stands as a statement, and for
	// the call of YieldFrom or another generator function: its error says that the generator is
	// closed, or is what was thrown. Only go vet reports this code.
	//
	// Example:
	//  //coroutine:async
	//  func f() { co.Wait(rt.Yield()) }
	//
	// Remedy: Return the error. To drop it on purpose, assign it to _.
	//
	// Instead:
	//  //coroutine:async
	//  func f() error { return co.Wait(rt.Yield()) }
	ErrorDropped Code = "ErrorDropped"

	// AsyncFuncValue occurs when the name of an async function is used as a value in an
	// async function, except for a call on another goroutine. Only go vet reports this code.
	//
	// Example:
	//  //coroutine:async
	//  func g() error { return co.Wait(rt.Yield()) }
	//
	//  //coroutine:async
	//  func f() error { return each(g) }
	//
	//  func each(do func() error) error { return do() }
	//
	// Remedy: Use the name of the coroutine, and await what it returns. If another
	// goroutine is to call the function, use a literal that calls it.
	//
	// Instead:
	//  //coroutine:async
	//  func g() error { return co.Wait(rt.Yield()) }
	//
	//  //coroutine:async
	//  func f() error { return co.Wait(eachAsync(gAsync)) }
	//
	//  //coroutine:async
	//  func each(do func() rt.Coroutine[rt.Void]) error { return co.Wait(do()) }
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
	//
	// Remedy: Mark the function as async and await it. Call a function that has to block
	// with rt.ToThread. Instead of rt.Run and the like, await their operand.
	//
	// Instead:
	//  //coroutine:async
	//  func f() error { return co.Wait(rt.Yield()) }
	//
	//  //coroutine:async
	//  func g() error { return co.Wait(fAsync()) }
	BlockingCall Code = "BlockingCall"

	// SelfInGo occurs when a go statement calls Self or Spawn, itself or in its function
	// literal: no task runs on that goroutine. The same holds for literals that rt.ToThread,
	// rt.Go, context.AfterFunc and the like are given.
	//
	// Example:
	//  //coroutine:async
	//  func f() { go func() { fmt.Println(co.Self()) }() }
	//
	// Remedy: Call the function outside the literal, or hand the work back to the loop
	// with CallSoonThreadsafe.
	//
	// Instead:
	//  //coroutine:async
	//  func f() { self := co.Self(); go func() { fmt.Println(self) }() }
	SelfInGo Code = "SelfInGo"

	// Stale occurs when an async function has changed since its coroutine was generated, or
	// when the generated file was edited by hand or written by another version of the tool.
	// Only go vet reports this code.
	//
	// Example:
	//  // in x.go
	//  //coroutine:async
	//  func f() int { return 2 }
	//
	//  // in x_coroutine.go, generated when f returned 1
	//  // Digest: v1 0c94e2a5 of f 5d41402a
	//
	// Remedy: Run go generate.
	//
	// Instead:
	//  // in x.go
	//  //coroutine:async
	//  func f() int { return 2 }
	//
	//  // in x_coroutine.go, generated again
	//  // Digest: v1 e4da3b7f of f 7f83b165
	Stale Code = "Stale"
)
