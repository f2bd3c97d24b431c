package p

//coroutine:async
func f() error // want "MissingBody: f has no body to rewrite"
