package p

//coroutine:async
func f() (error, int) { return nil, 0 } // want "MisplacedError"

//coroutine:async
func g() (error, error) { return nil, nil } // want "MisplacedError"

type E = error

//coroutine:async
func h() (int, E) { return 0, nil }

type myError struct{ error }

//coroutine:async
func i() (myError, error) { return myError{}, nil }
