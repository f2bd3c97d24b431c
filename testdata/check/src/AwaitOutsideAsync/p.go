package p

import (
	"net/http"
	"sync"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/testdata/check/src/BlockingCall/store"
)

func f(conn *netio.Conn) {
	co.Await(conn.Read(nil)) // want "AwaitOutsideAsync: Await in f, which is not async; put //coroutine:async above"
}

func all(c rt.Coroutine[int], c2 rt.Coroutine[rt.Two[int, int]], c3 rt.Coroutine[rt.Three[int, int, int]]) {
	_, _ = co.Await[int](c)          // want "AwaitOutsideAsync: Await in all"
	_, _, _ = co.Await2(c2)          // want "AwaitOutsideAsync: Await2 in all"
	_, _, _, _ = co.Await3(c3)       // want "AwaitOutsideAsync: Await3 in all"
	_ = co.Must(c)                   // want "AwaitOutsideAsync: Must in all"
	_, _ = co.Must2(c2)              // want "AwaitOutsideAsync: Must2 in all"
	_, _, _ = co.Must3(c3)           // want "AwaitOutsideAsync: Must3 in all"
	_ = (co.Wait)(rt.Yield())        // want "AwaitOutsideAsync: Wait in all"
	func() { co.Wait(rt.Yield()) }() // want "AwaitOutsideAsync: Wait in all"
}

func literals(conn *netio.Conn) func(func(int) bool) {
	sink(func() {
		co.Await(conn.Read(nil)) // want "AwaitOutsideAsync: Await in a function literal of literals, which is not async; let the literal return a coroutine: .*; or put //coroutine:blocking above literals"
	})
	go func() {
		co.Await(conn.Read(nil)) // want "AwaitOutsideAsync: Await in a function literal of literals, which is not async; start a task"
	}()
	return func(yield func(int) bool) {
		n, _ := co.Await(conn.Read(nil)) // want "AwaitOutsideAsync: Await in a function literal of literals, which is not async; an iterator is called by loops, which do not await it: let a task put"
		yield(n)
	}
}

func sink(func()) {}

// blocks waits for c with its goroutine blocked.
//
//coroutine:blocking
func blocks(c rt.Coroutine[int]) (int, error) {
	go func() { co.Wait(rt.Yield()) }()
	return co.Await(c)
}

func other() {
	type fake struct{ Wait func(any) }
	co := fake{}
	co.Wait(rt.Yield()) // another co
}

//coroutine:async
func visit[T any](v T) (T, error) { return v, co.Wait(rt.Yield()) }

type site struct{}

//coroutine:async
func (site) visit() { co.Must(rt.Yield()) }

//coroutine:async
func easy() int { return 1 }

// Called by its own name.
func direct(s site) {
	_, _ = visit(1)            // want "AwaitOutsideAsync: visit awaits, and direct, which is not async, calls it by its own name: the call would block the goroutine, and belong to no loop; run its coroutine: rt.Run.visitAsync.* rt.RunThreadsafe.ctx, loop, visitAsync.*; or put //coroutine:blocking above direct"
	_, _ = visit[string]("")   // want "AwaitOutsideAsync: visit awaits"
	s.visit()                  // want "AwaitOutsideAsync: visit awaits"
	go s.visit()               // want "AwaitOutsideAsync: visit awaits"
	defer s.visit()            // want "AwaitOutsideAsync: visit awaits"
	sink(func() { s.visit() }) // want "AwaitOutsideAsync: visit awaits"
	sink(s.visit)              // not called
	_ = easy()                 // it awaits nothing
	_ = co.Async(func() (int, error) { return visit(1) })
	_ = machine.Lockstep(func() (int, error) { return visit(1) })
	_ = machine.LockstepVoid(func() error { s.visit(); return nil })
}

//coroutine:blocking
func onPurpose(s site) {
	s.visit()
	go s.visit()
}

// What other packages call.
func foreign(conn *netio.Conn) {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		co.Await(conn.Read(nil)) // want "AwaitOutsideAsync: .*; http.HandleFunc calls the literal and does not await it: declare an async function, and .* rt.RunThreadsafe.*; or put //coroutine:blocking above foreign if it is meant to block its goroutine$"
	})
	_ = machine.LockstepVoid(func() error { return co.Wait(rt.Yield()) })
	_ = machine.LockstepVoid((func() error { return co.Wait(rt.Yield()) }))
	_ = machine.LockstepVoid(func() (err error) { new(sync.Once).Do(func() { err = co.Wait(rt.Yield()) }); return err })
	_ = http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		co.Await(conn.Read(nil)) // want "AwaitOutsideAsync: .*; let the literal"
	}))
	http.Handle("/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		co.Await(conn.Read(nil)) // want "AwaitOutsideAsync: .*; http.Handle calls the literal"
	}))
}

// Async functions of another package, called by their own names.
func fromAnother(c *store.Client[int]) {
	_, _ = store.Fetch(1) // want "AwaitOutsideAsync: store.Fetch is async, and fromAnother, which is not async, calls it by its own name: .*; run its coroutine: rt.Run.store.FetchAsync.* rt.RunThreadsafe.ctx, loop, store.FetchAsync.*; or put //coroutine:blocking above fromAnother"
	_ = c.Do(1)           // want "AwaitOutsideAsync: c.Do is async, .*; run its coroutine: rt.Run.c.DoAsync"
	store.Send()
	_ = store.Read()
	_ = machine.Lockstep(func() (int, error) { return store.Fetch(1) })
	each(store.Fetch)
}

func each(func(int) (int, error)) {}

var _, _ = store.Fetch(1) // want "AwaitAtPackageLevel: store.Fetch, which awaits, is called by its own name"

//coroutine:blocking
func blocksFromAnother() { _, _ = store.Fetch(1) }
