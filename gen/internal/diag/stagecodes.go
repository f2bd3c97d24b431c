package diag

// This file lists the codes that only the stages after the check report, and the codes
// that do not concern a place in the user's code.

const (
	// UnnameableType occurs when a value that must be kept across an await has
	// a type that cannot be written in the package: an unexported type of
	// another package.
	//
	// Example:
	//  v := other.New() // of type *other.hidden
	//  co.Wait(rt.Yield())
	//  v.Do()
	UnnameableType Code = "UnnameableType"

	// LocalTypeClash occurs when a value is kept across an await, the async function
	// declares the type of the value, and the machine cannot tell the name of that type
	// from another one that it needs: the name of a predeclared type, of something generic
	// in the package, or of another local type where one of the two is an embedded field.
	//
	// Example:
	//  func first[T any](list []T) T { return list[0] }
	//
	//  //coroutine:async
	//  func f() int { x := first([]int{1}); type first struct{ n int }; p := first{x}; co.Must(rt.Yield()); return p.n }
	LocalTypeClash Code = "LocalTypeClash"

	// OrderUncertain occurs when gc reads a variable before or after a call to the right
	// of it that assigns the variable, depending on what gc inlines: a function literal
	// assigns the variable, and gc needs the address of the variable, to convert it to an
	// interface, to use it as the key of a map, or to compare it. The Go specification
	// allows both.
	//
	// Example:
	//  p := list
	//  next := func() *node { p = p.next; return p }
	//  fmt.Println(p, next())
	OrderUncertain Code = "OrderUncertain"

	// PredeclaredHidden occurs when a package with async functions declares nil,
	// true, panic, error, int and the like anew, or the body of an async function
	// declares a type of such a name.
	//
	// Example:
	//  const true = 2
	PredeclaredHidden Code = "PredeclaredHidden"

	// InstantiationCycle occurs when an async function calls itself with a type
	// argument that grows each time, so that it would need infinitely many instances.
	//
	// Example:
	//  //coroutine:async
	//  func f[T any](v T) { co.Must(fAsync([]T{v})) }
	InstantiationCycle Code = "InstantiationCycle"

	// NoSuchFunction occurs when -dump names a function that is not async.
	NoSuchFunction Code = "NoSuchFunction"

	// MirrorImpossible occurs when -o cannot write a mirror that builds, or would
	// overwrite files of somebody else: the directory holds something else, or the
	// package embeds or imports what a mirror there cannot have.
	MirrorImpossible Code = "MirrorImpossible"

	// Internal occurs when the tool itself has a bug: its output does not compile.
	Internal Code = "Internal"
)
