package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/testdata/check/src/UnnameableType/other"
)

//coroutine:async
func f() error {
	h := other.New() // want "UnnameableType: h must be kept across an await"
	err := co.Wait(rt.Yield())
	h.Use()
	short := other.New() // not kept
	short.Use()
	return err
}
