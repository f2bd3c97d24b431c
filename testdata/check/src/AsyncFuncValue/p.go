package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/testdata/check/src/BlockingCall/store"
)

//coroutine:async
func work(n int) (int, error) { return n, co.Wait(rt.Yield()) }

//coroutine:async
func easy(n int) (int, error) { return n, nil }

type T struct{}

//coroutine:async
func (T) do() error { return co.Wait(rt.Yield()) }

type step struct{ run func(int) (int, error) }

//coroutine:async
func values(c *store.Client[int]) (func(int) (int, error), error) {
	each(work)          // want "AsyncFuncValue: work is async: if a task calls this value, the call blocks .*; use workAsync, which returns a coroutine to await; or, if another goroutine makes the call, a function literal that calls work"
	each(store.Fetch)   // want "AsyncFuncValue: store.Fetch is async: .*; use store.FetchAsync"
	each(store.Get)     // want "AsyncFuncValue: store.Get is async"
	_ = step{run: work} // want "AsyncFuncValue: work"
	run := step{easy}
	run.run = (work)        // want "AsyncFuncValue: work"
	_ = []any{T{}.do}       // want "AsyncFuncValue: do is async: .*; use T{}.doAsync"
	_ = []any{T.do}         // want "AsyncFuncValue: do is async: .*; use T.doAsync"
	_ = []any{c.Do}         // want "AsyncFuncValue: c.Do is async: .*; use c.DoAsync"
	func() { each(work) }() // want "AsyncFuncValue: work"
	each(easy)              // it awaits nothing
	_ = work
	each(func(n int) (int, error) { return work(n) })
	later := func() { each(work) } // whoever calls it may be on another goroutine
	go later()
	go each(work)
	go func() { each(work) }()
	_ = co.AsyncVoid(T{}.do)
	_ = machine.LockstepVoid(T{}.do)
	_, err := co.Await(rt.ToThread(one))
	return work, err // want "AsyncFuncValue: work"
}

//coroutine:async
func one() (int, error) { return 1, co.Wait(rt.Yield()) }

// Outside of async functions a value may be meant for a goroutine.
func ordinary() {
	each(work)
	each(store.Fetch)
	f := store.Fetch
	go f(1)
}

func each(f func(int) (int, error)) { _ = f }
