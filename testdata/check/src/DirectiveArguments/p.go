package p

// want@+2 "DirectiveArguments: //coroutine:async takes no arguments; remove .fast."

//coroutine:async fast
func f() error { return nil }
