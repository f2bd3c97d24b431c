package p

// want@+2 "DirectiveArguments: //coroutine:async takes no arguments; remove .fast."

//coroutine:async fast
func f() error { return nil }

// The directive of a line takes a reason.
//
//coroutine:async
func lines() {
	println() //coroutine:blocks for a moment
	//coroutine:blocks for a moment
	println()
}
