package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

const nil = 0 // want "PredeclaredHidden"

//coroutine:async
func f() bool {
	co.Must(rt.Yield())
	if true := nil == 1; !true { // variables may
		return true
	}
	if nil == 0 {
		type error struct{} // want "PredeclaredHidden"
		return error{} == error{}
	}
	return false
}
