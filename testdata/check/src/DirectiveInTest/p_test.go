package p

// want@+2 "DirectiveInTest: .*; write what awaits as a literal in the test: rttest.Run.t, co.AsyncVoid.func.. error"

//coroutine:async
func inTest() error { return nil }

//coroutine:blocking
func blockingInTest() {}
