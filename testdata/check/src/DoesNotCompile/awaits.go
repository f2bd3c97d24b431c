package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/testdata/check/src/BlockingCall/store"
)

// Awaits of what has another number of results.
//
//coroutine:async
func counts(conn *netio.Conn, v rt.Coroutine[rt.Void], one rt.Coroutine[int], two rt.Coroutine[rt.Two[int, string]], three rt.Coroutine[rt.Three[int, int, int]]) error {
	err := co.Await(v)                            // want "DoesNotCompile: assignment mismatch: .*; v has no result but its error: write co.Wait$"
	if err := co.Await(rt.Sleep(1)); err != nil { // want "DoesNotCompile: assignment mismatch: .*; rt.Sleep\\(1\\) has no result but its error: write co.Wait$"
		return err
	}
	var e error = (co.Await(v))           // want "DoesNotCompile: multiple-value .*; v has no result but its error: write co.Wait$"
	err = co.Wait(conn.Read(nil))         // want "DoesNotCompile: cannot use .*\\n.*\\n.*; conn.Read\\(nil\\) has one result besides its error: write co.Await; or co.Must, which panics if there is an error$"
	err = co.Wait(two)                    // want "DoesNotCompile: cannot use .*\\n.*\\n.*; two has 2 results besides its error: write co.Await2; or co.Must2"
	err = co.Wait(three)                  // want "DoesNotCompile: cannot use .*\\n.*\\n.*; three has 3 results besides its error: write co.Await3; or co.Must3"
	a, b, err := co.Await2(one)           // want "DoesNotCompile: in call to co.Await2, .*; one has one result besides its error: write co.Await; or co.Must"
	a, b, err = co.Await2(v)              // want "DoesNotCompile: in call to co.Await2, .*; v has no result but its error: write co.Wait$"
	a = co.Must2(one)                     // want "DoesNotCompile: in call to co.Must2, .*; one has one result besides its error: write co.Must$"
	c, d, err := co.Await(one)            // want "DoesNotCompile: assignment mismatch: .* returns 2 values$"
	takes(co.Await(v))                    // want "DoesNotCompile: too many arguments .*\n.*\n.*; v has no result but its error: write co.Wait$"
	func() error { return co.Await(v) }() // want "DoesNotCompile: too many return values.*\\n.*\\n.*; v has no result but its error: write co.Wait$"
	_, _, _, _, _ = a, b, c, d, e
	_ = err
	return co.Await(v) // want "DoesNotCompile: too many return values.*\\n.*\\n.*; v has no result but its error: write co.Wait$"
}

//coroutine:async
func single() int { return co.Await(fAsync()) } // want "DoesNotCompile: too many return values.*\\n.*\\n.*; co.Await returns an error, too: take it; or write co.Must, which panics if there is one$"

//coroutine:async
func failing() (int, error) { return 0, nil }

func ordinary() (int, error) { return 0, nil }

// What cannot be awaited.
//
//coroutine:async
func operands() {
	_, _ = co.Await(failing())                // want "DoesNotCompile: too many arguments .*\\n.*\\n.*; failing is async: write co.Await\\(failingAsync\\(...\\)\\)$"
	_, _ = co.Await(failing)                  // want "DoesNotCompile: in call to co.Await, .*; failing is async: write co.Await\\(failingAsync"
	_, _ = co.Await(store.Fetch(1))           // want "DoesNotCompile: too many arguments .*\\n.*\\n.*; store.Fetch is async: write co.Await\\(store.FetchAsync" "BlockingCall: store.Fetch"
	_ = co.Spawn(store.Get(1))                // want "DoesNotCompile: too many arguments .*\\n.*\\n.*; store.Get is async: write co.Spawn\\(store.GetAsync\\(...\\)\\)$" "BlockingCall: store.Get"
	_ = rt.Timeout(1, store.Fetch(1))         // want "DoesNotCompile: multiple-value .*; store.Fetch is async: write store.FetchAsync\\(...\\)$" "BlockingCall: store.Fetch"
	_ = co.Spawn(store.Get[int])              // want "DoesNotCompile: in call to co.Spawn, .*; store.Get is async: write co.Spawn\\(store.GetAsync" "AsyncFuncValue: store.Get"
	_ = co.Must(ordinary)                     // want "DoesNotCompile: in call to co.Must, .*; only coroutines, operations, .* can be awaited: put //coroutine:async above ordinary, and write co.Must\\(ordinaryAsync"
	_ = co.Wait(func() error { return nil })  // want "DoesNotCompile: cannot use .*; make a coroutine of the function: co.Wait\\(co.AsyncVoid\\(...\\)\\)$"
	_ = co.Wait(1)                            // want "DoesNotCompile: cannot use 1 .*missing method Awaitable.$"
	_, _ = co.Await(undeclared)               // want "DoesNotCompile: undefined: undeclared$"
	_ = co.Async(func() error { return nil }) // want "DoesNotCompile: in call to co.Async, .*; the function has no result but its error: write co.AsyncVoid$"
	_ = co.AsyncVoid(ordinary)                // want "DoesNotCompile: cannot use .*; the function has one result besides its error: write co.Async$"
	_ = co.Async(func() int { return 1 })     // want "DoesNotCompile: in call to co.Async, .*; let the function return an error, as its last result, and write co.Async$"
	_ = co.Async(takes)                       // want "DoesNotCompile: in call to co.Async, .*; co.Async takes a function without parameters: put a function literal"
	_ = co.Wait(fAsync(1))                    // want "DoesNotCompile: too many arguments in call to fAsync" "DoesNotCompile: cannot use .*\\n.*\\n.*; fAsync\\(1\\) has one result besides its error: write co.Await"
}
