package p

import (
	"context"
	"sync"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
func f() error {
	go func() {
		co.Self()            // want "SelfInGo: Self"
		co.Spawn(rt.Yield()) // want "SelfInGo: Spawn"
	}()
	go println(co.Self())
	go co.Spawn(rt.Yield()) // want "SelfInGo: Spawn as the call of a go statement"
	go co.Self()            // want "SelfInGo: Self as the call of a go statement"
	defer co.Spawn(rt.Yield())
	co.Self()
	go func() {
		_ = co.AsyncVoid(func() error { co.Spawn(rt.Yield()); return nil }) // a task will run it
	}()
	func() { co.Spawn(rt.Yield()) }()
	return nil
}

func g() { go func() { co.Self() }() }

//coroutine:async
func elsewhere(ctx context.Context, wg *sync.WaitGroup) {
	self := func() (int, error) { co.Self(); return 0, nil }
	self()
	threads := func() (int, error) { co.Self(); return 0, nil } // want "SelfInGo: Self in a function that rt.ToThread runs on another goroutine"
	_ = rt.ToThread(threads)
	_ = rt.ToThread(func() (int, error) { co.Spawn(rt.Yield()); return 0, nil })            // want "SelfInGo: Spawn in a function that rt.ToThread runs on another goroutine: no task runs there; call it outside that function"
	_ = rt.ToThreadContext(func(context.Context) (int, error) { co.Self(); return 0, nil }) // want "SelfInGo: Self in a function that rt.ToThreadContext"
	rt.Go(func() (int, error) { co.Self(); return 0, nil })                                 // want "SelfInGo: Self in a function that rt.Go"
	context.AfterFunc(ctx, func() { co.Self() })                                            // want "SelfInGo: Self in a function that context.AfterFunc"
	time.AfterFunc(1, func() { func() { co.Self() }() })                                    // want "SelfInGo: Self in a function that time.AfterFunc"
	wg.Go(func() { co.Self() })                                                             // want "SelfInGo: Self in a function that WaitGroup.Go"
	started := func() { co.Spawn(rt.Yield()) }                                              // want "SelfInGo: Spawn in a function that a go statement runs"
	go started()
	either := func() { co.Self() }
	if ctx != nil {
		either = func() {}
	}
	go either()
	_ = rt.ToThread(func() (int, error) {
		_ = co.AsyncVoid(func() error { co.Self(); return nil })
		return 0, nil
	})
	co.Self().Loop().CallSoon(func() { co.Self() }) // that is another question
}
