package rt

import "iter"

// A Generator hands out the values of an iterator function one by one, when they are asked for.
// It does what [iter.Pull] does, without a goroutine: coroutinegen writes a type with these
// methods for each function that is marked with //coroutine:generator. Next and Stop must not be
// called by several goroutines at once. They may be called on any goroutine, with or without a
// loop. The garbage collector frees a generator that nobody stops. An ended generator that
// somebody keeps, keeps what its variables hold.
type Generator[V any] interface {
	// Next runs the function to its next yield and returns the value. After the last value, and
	// after Stop, ok is false. A panic of the function is a panic of Next, and ends the generator.
	// Next panics if the function itself calls it, unless Stop is what runs the function.
	Next() (v V, ok bool)

	// Stop ends the generator: the yield at which it is suspended returns false, and the function
	// returns, with its deferred calls. A generator that has not begun does not begin. After the
	// end, Stop does nothing. A panic of the function is a panic of Stop.
	Stop()

	// All returns the values that are left, for a range statement. A loop that ends early leaves
	// the generator suspended: another loop goes on there, and Stop ends the generator.
	All() iter.Seq[V]

	// Where implements [Locator]. The line is that of the yield at which the generator is
	// suspended. If the function hands on the values of another generator there, this is the
	// second result. In a build from source, and with the goroutine backend, no line is known.
	Locator

	// String returns the name of the function with the line of Where, as in
	// "words: text.go:12  yield(word)", or with the state: created, running, closed, or
	// suspended if no line is known.
	String() string
}

// A Generator2 is a [Generator] of pairs of values.
type Generator2[K, V any] interface {
	// Next is like that of [Generator].
	Next() (k K, v V, ok bool)

	// Stop is like that of [Generator].
	Stop()

	// All is like that of [Generator].
	All() iter.Seq2[K, V]

	Locator

	// String is like that of [Generator].
	String() string
}
