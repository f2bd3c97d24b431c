package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:blocking
func f() error { return co.Wait(rt.Yield()) }

type T struct{}

//coroutine:blocking
func (T) m() {}

//coroutine:async
func g() error {
	T{}.m()       // want "BlockingCall: m blocks its goroutine"
	defer T{}.m() // want "BlockingCall"
	go f()        // another goroutine
	_, _ = co.Await(rt.ToThread(func() (int, error) { return 0, f() }))
	return f() // want "BlockingCall: f blocks its goroutine"
}

//coroutine:blocking
func h() error { return f() }
