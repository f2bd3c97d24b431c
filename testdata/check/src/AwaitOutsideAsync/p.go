package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

func f(conn *rt.Conn) {
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

func literals(conn *rt.Conn) func(func(int) bool) {
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
