package p

//coroutine:async
func f() int { return "no" } // want "DoesNotCompile: cannot use .no."

// Everything wrong is said in one run, and nothing about what is to be generated.
func g() {
	_ = fAsync(1) // want "DoesNotCompile: too many arguments in call to fAsync"
	_ = fAsync()  // fine
	x := 1        // want "DoesNotCompile: declared and not used: x"
}
