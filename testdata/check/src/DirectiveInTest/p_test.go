package p

// want@+2 "DirectiveInTest"

//coroutine:async
func inTest() error { return nil }

//coroutine:blocking
func blockingInTest() {}
