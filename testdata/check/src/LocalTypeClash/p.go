package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

type point struct{}

//coroutine:async
func f() (int, error) {
	type point struct{ x int } // want "LocalTypeClash"
	p := point{1}
	err := co.Wait(rt.Yield())
	return p.x, err
}

//coroutine:async
func g() (int, error) {
	type strings struct{ n int } // want "LocalTypeClash"
	s := strings{len(space)}
	err := co.Wait(rt.Yield())
	return s.n, err
}
