package p

// want@+2 "DirectiveMisplaced: .*; remove what stands between"

//coroutine:async

func f() error { return nil }

// want@+2 "DirectiveMisplaced: .*; only declared functions"

//coroutine:async
var g = func() error { return nil }

// want@+2 "DirectiveMisplaced"

//coroutine:async
type T struct{}

func h() {
	//coroutine:async
	_ = func() {} // want@-1 "DirectiveMisplaced"
}
