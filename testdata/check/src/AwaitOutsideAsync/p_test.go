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
	co.Wait(rt.Yield()) // want "AwaitOutsideAsync: Wait in TestAwaits, which is not async; write what awaits as a literal, which runs on the loop of the test: rttest.Run.t, co.AsyncVoid.*; or put //coroutine:blocking above TestAwaits"
}
