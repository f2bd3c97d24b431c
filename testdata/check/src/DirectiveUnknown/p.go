package p

// want@+4 "DirectiveUnknown: unknown directive //coroutine:asink; write //coroutine:async"

// f has a typo.
//
//coroutine:asink
func f() error { return nil }

// want@+2 "DirectiveUnknown: unknown directive //coroutine:BLOCKING; write //coroutine:blocking"

//coroutine:BLOCKING
func shouts() error { return nil }

// want@+2 "DirectiveUnknown: unknown directive //coroutine:frobnicate; the directives are"

//coroutine:frobnicate
func g() error { return nil }
