package p

import (
	"testing"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// What a test calls may be async.
//
//coroutine:async
func testF(t *testing.T) error { return co.Wait(rt.Yield()) }

//coroutine:async
func Testing() error { return co.Wait(rt.Yield()) }

type tests struct{}

//coroutine:async
func (tests) TestF(t *testing.T) error { return co.Wait(rt.Yield()) }

// want@+2 "DirectiveInTest: go test calls TestF, and does not await it; give the async function another name, and run it in the test: rttest.Run.t, nameAsync.t.*; or write what awaits as a literal: rttest.Run.t, co.AsyncVoid.func.. error"

//coroutine:async
func TestF(t *testing.T) { co.Wait(rt.Yield()) }

// want@+2 "DirectiveInTest: go test calls ExampleF, "

//coroutine:async
func ExampleF() error { return co.Wait(rt.Yield()) }

// want@+2 "DirectiveInTest: go test calls Benchmark, "

//coroutine:async
func Benchmark() error { return co.Wait(rt.Yield()) }

//coroutine:blocking
func TestBlocking(t *testing.T) { co.Wait(rt.Yield()) }
