package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

const nil = 0 // want "PredeclaredHidden"

//coroutine:async
func f() bool {
	co.Must(rt.Yield())
	if true := nil == 1; !true { // want "PredeclaredHidden"
		return true
	}
	return false
}
