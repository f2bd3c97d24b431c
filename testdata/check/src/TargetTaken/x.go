package p

//coroutine:async
func f() error { return nil }
