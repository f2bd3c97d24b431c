package p

import (
	"testing"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// A test may see what the source does.
func TestVisit(t *testing.T) { site{}.visit() }

// A test is no coroutine.
func TestAwaits(t *testing.T) {
	co.Wait(rt.Yield()) // want "AwaitOutsideAsync: Wait in TestAwaits, which go test calls; put what awaits into an async function, and run it in the test: rttest.Run.t, nameAsync.t..; or write what awaits as a literal: rttest.Run.t, co.AsyncVoid.*; or put //coroutine:blocking above TestAwaits"
}

// What a test calls could be one.
func helper(t *testing.T) {
	co.Wait(rt.Yield()) // want "AwaitOutsideAsync: Wait in helper, which is not async; put //coroutine:async above the function; "
}
