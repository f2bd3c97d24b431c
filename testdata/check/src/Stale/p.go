package stale // want "Stale: p_coroutine.go has a coroutine of gone, which is not async any more; run go generate"

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

const limit = 3

//coroutine:async
func changed() (int, error) { // want "Stale: changed has changed since p_coroutine.go was generated; run go generate"
	return 2, co.Wait(rt.Yield())
}

// same is what it was, although it has a comment now and stands elsewhere.
//
//coroutine:async
func same(n int) (int, error) {
	// The limit is another one.
	if n > limit {
		return 0, nil
	}
	return n, co.Wait(rt.Yield())
}

func gone() error { return nil }

// A range over a map is another machine.
type list map[int]int

//coroutine:async
func (l list) sum() (n int, err error) { // want "Stale: list.sum has changed since"
	for _, x := range l {
		n += x
		co.Must(rt.Yield())
	}
	return n, nil
}

//coroutine:async
func added() error { return nil } // want "Stale: added has no coroutine in p_coroutine.go yet; run go generate"
