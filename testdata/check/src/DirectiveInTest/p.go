package p

//coroutine:async
func f() error { return nil }

// TestG stands in no test.
//
//coroutine:async
func TestG() error { return nil }
