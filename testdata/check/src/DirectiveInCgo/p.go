package p

import "C"

// want@+2 "DirectiveInCgo"

//coroutine:async
func f() error { return nil }
