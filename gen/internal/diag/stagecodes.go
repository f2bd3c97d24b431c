package diag

// This file lists the codes that only the stages after the check report, and the codes
// that do not concern a place in the user's code.

const (
	// UnnameableType occurs when a value that must be kept across an await has
	// a type that cannot be written in the package: an unexported type of
	// another package.
	//
	// Example:
	//  // in other/other.go
	//  type hidden struct{}
	//
	//  func New() *hidden { return new(hidden) }
	//  func (*hidden) Do() {}
	//
	//  // in f.go
	//  //coroutine:async
	//  func f() error {
	//  	v := other.New() // of type *other.hidden
	//  	err := co.Wait(rt.Yield())
	//  	v.Do()
	//  	return err
	//  }
	//
	// Remedy: Give the variable a type that the package can write, such as an interface,
	// or use the value for the last time before the await.
	//
	// Instead:
	//  // in other/other.go
	//  type hidden struct{}
	//
	//  func New() *hidden { return new(hidden) }
	//  func (*hidden) Do() {}
	//
	//  // in f.go
	//  //coroutine:async
	//  func f() error {
	//  	var v interface{ Do() } = other.New()
	//  	err := co.Wait(rt.Yield())
	//  	v.Do()
	//  	return err
	//  }
	UnnameableType Code = "UnnameableType"

	// LocalTypeClash occurs when a value is kept across an await, the async function
	// declares the type of the value, and the machine cannot tell the name of that type
	// from another one that it needs: the name of a predeclared type, of something generic
	// in the package, or of another local type where one of the two is an embedded field.
	// It also occurs when a generator keeps such a value across a yield, and the name of the
	// type means anything else in the package.
	//
	// Example:
	//  func first[T any](list []T) T { return list[0] }
	//
	//  //coroutine:async
	//  func f() int {
	//  	x := first([]int{1})
	//  	type first struct{ n int }
	//  	p := first{x}
	//  	co.Must(rt.Yield())
	//  	return p.n
	//  }
	//
	// Remedy: Give the type another name, or declare it outside the function.
	//
	// Instead:
	//  func first[T any](list []T) T { return list[0] }
	//
	//  //coroutine:async
	//  func f() int {
	//  	x := first([]int{1})
	//  	type head struct{ n int }
	//  	p := head{x}
	//  	co.Must(rt.Yield())
	//  	return p.n
	//  }
	LocalTypeClash Code = "LocalTypeClash"

	// OrderUncertain occurs when gc reads a variable before or after a call to the right
	// of it that assigns the variable, depending on what gc inlines: a function literal
	// assigns the variable, and gc needs the address of the variable, to convert it to an
	// interface, to use it as the key of a map, or to compare it. The Go specification
	// allows both.
	//
	// Example:
	//  type node struct{ next *node }
	//
	//  //coroutine:async
	//  func f(list *node) error {
	//  	p := list
	//  	next := func() *node { p = p.next; return p }
	//  	fmt.Println(p, next())
	//  	return co.Wait(rt.Yield())
	//  }
	//
	// Remedy: Make the call in a statement of its own, or copy the variable before the
	// statement.
	//
	// Instead:
	//  type node struct{ next *node }
	//
	//  //coroutine:async
	//  func f(list *node) error {
	//  	p := list
	//  	next := func() *node { p = p.next; return p }
	//  	old := p
	//  	fmt.Println(old, next())
	//  	return co.Wait(rt.Yield())
	//  }
	OrderUncertain Code = "OrderUncertain"

	// PredeclaredHidden occurs when a package with async functions declares nil,
	// true, panic, error, int and the like anew, or the body of an async function
	// declares a type of such a name.
	//
	// Example:
	//  const true = 2
	//
	//  //coroutine:async
	//  func f() error { return co.Wait(rt.Yield()) }
	//
	// Remedy: Give the declaration another name.
	//
	// Instead:
	//  const two = 2
	//
	//  //coroutine:async
	//  func f() error { return co.Wait(rt.Yield()) }
	PredeclaredHidden Code = "PredeclaredHidden"

	// InstantiationCycle occurs when an async function calls itself with a type
	// argument that grows each time, so that it would need infinitely many instances.
	//
	// Example:
	//  //coroutine:async
	//  func f[T any](v T) { co.Must(fAsync([]T{v})) }
	//
	// Remedy: Pass what grows as an interface.
	//
	// Instead:
	//  //coroutine:async
	//  func f(v any) { co.Must(fAsync([]any{v})) }
	InstantiationCycle Code = "InstantiationCycle"

	// NoSuchFunction occurs when -dump or explain names a function that is neither async nor a
	// generator.
	//
	// Example:
	//  //coroutine:async
	//  func handle() error { return nil }
	//
	//  coroutinegen -dump=order handel .
	//
	// Remedy: Choose one of the functions that the message lists. A method is named as
	// Server.Serve.
	//
	// Instead:
	//  //coroutine:async
	//  func handle() error { return nil }
	//
	//  coroutinegen -dump=order handle .
	NoSuchFunction Code = "NoSuchFunction"

	// MirrorImpossible occurs when -o cannot write a mirror that builds, or would
	// overwrite files of somebody else: the directory holds something else, or the
	// package embeds or imports what a mirror there cannot have.
	//
	// Example:
	//  // in notes/todo.go, by hand
	//  var todo = []string{"finish the server"}
	//
	//  // in x.go
	//  //coroutine:async
	//  func f() error { return nil }
	//
	//  coroutinegen -o notes .
	//
	// Remedy: Name a directory that does not exist yet, or that coroutinegen has written
	// before. Do what the message says about the package.
	//
	// Instead:
	//  // in notes/todo.go, by hand
	//  var todo = []string{"finish the server"}
	//
	//  // in x.go
	//  //coroutine:async
	//  func f() error { return nil }
	//
	//  coroutinegen -o mirror .
	MirrorImpossible Code = "MirrorImpossible"

	// Internal occurs when the tool itself has a bug: its output does not compile.
	//
	// Example:
	//  None is known. What is known is corrected.
	//
	// Remedy: Report it, with the function that it names. Until it is corrected,
	// -backend=goroutine runs the function as it is.
	Internal Code = "Internal"
)
