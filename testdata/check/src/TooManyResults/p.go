package p

//coroutine:async
func f() (a, b, c, d int, err error) { return } // want "TooManyResults: f has 4 results besides its error"

//coroutine:async
func g() (int, int, int, int) { return 1, 2, 3, 4 } // want "TooManyResults"

//coroutine:async
func h() (a, b, c int, err error) { return }
