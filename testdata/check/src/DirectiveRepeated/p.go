package p

// want@+3 "DirectiveRepeated: //coroutine:async stands here twice"

//coroutine:async
//coroutine:async
func f() error { return nil }

// want@+3 "DirectiveRepeated: .* contradict each other"

//coroutine:async
//coroutine:blocking
func g() error { return nil }
