package main

// This file compares the coroutines of this package with their twins written
// by hand.

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/echo/byhand"
	"github.com/coroutinegen/coroutinegen/example/threeway"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

func TestHandle(t *testing.T) {
	form := func(name string, handle func(*netio.Conn) rt.Coroutine[rt.Void]) threeway.Form[rt.Void] {
		return threeway.Form[rt.Void]{Name: name, New: func(s *threeway.Stage) rt.Expr[rt.Void] {
			return handle(s.Conn("conn", "hello", "goodbye"))
		}}
	}
	threeway.Explore(t, 0, form("this package", handleAsync), form("by hand", byhand.Handle))
}

func TestServe(t *testing.T) {
	form := func(name string, serve func(*netio.Listener) rt.Coroutine[rt.Void]) threeway.Form[rt.Void] {
		return threeway.Form[rt.Void]{Name: name, New: func(s *threeway.Stage) rt.Expr[rt.Void] {
			return serve(s.Listener("listener", s.Conn("ann", "hello"), s.Conn("bob")))
		}}
	}
	threeway.Explore(t, 2, form("this package", serveAsync), form("by hand", byhand.Serve))
}
