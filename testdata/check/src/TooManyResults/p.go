package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
func f() (a, b, c, d int, err error) { return } // want "TooManyResults: f has 4 results besides its error"

//coroutine:async
func g() (int, int, int, int) { return 1, 2, 3, 4 } // want "TooManyResults"

//coroutine:async
func h() (a, b, c int, err error) {
	_, _, _, d := func() (int, int, int, int) {
		return 1, 2, 3, co.Must(intAsync())
	}()
	_, _, _, _ = func() (int, int, int, int) { return d, d, d, d }()
	return
}

//coroutine:async
func int_() (int, error) { return 1, co.Wait(rt.Yield()) }

func intAsync() rt.Coroutine[int] { return int_Async() }
