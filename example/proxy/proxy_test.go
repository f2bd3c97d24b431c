package main

// This file compares the coroutines of this package with their twins written
// by hand.

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/proxy/byhand"
	"github.com/coroutinegen/coroutinegen/example/threeway"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

func TestPipe(t *testing.T) {
	form := func(name string, pipe func(dst, src *netio.Conn) rt.Coroutine[int64]) threeway.Form[int64] {
		return threeway.Form[int64]{Name: name, New: func(s *threeway.Stage) rt.Expr[int64] {
			s.Borrows = true
			return pipe(s.Conn("dst"), s.Conn("src", "hello", "goodbye"))
		}}
	}
	threeway.Explore(t, 0, form("this package", pipeAsync), form("by hand", byhand.Pipe))
}

func TestExchange(t *testing.T) {
	type counts = rt.Two[int64, int64]
	form := func(name string, exchange func(client, server *netio.Conn) rt.Coroutine[counts]) threeway.Form[counts] {
		return threeway.Form[counts]{Name: name, New: func(s *threeway.Stage) rt.Expr[counts] {
			s.Borrows = true
			return exchange(s.Conn("client", "request"), s.Conn("server", "answer"))
		}}
	}
	threeway.Explore(t, 1, form("this package", exchangeAsync), form("by hand", byhand.Exchange))
}

func TestServe(t *testing.T) {
	// Nobody listens where clients are to be connected with.
	const nobody = "127.0.0.1:0"
	form := func(name string, serve func(*netio.Listener, string) rt.Coroutine[rt.Void]) threeway.Form[rt.Void] {
		return threeway.Form[rt.Void]{Name: name, New: func(s *threeway.Stage) rt.Expr[rt.Void] {
			return serve(s.Listener("listener", s.Conn("ann"), s.Conn("bob")), nobody)
		}}
	}
	threeway.Explore(t, 1, form("this package", serveAsync), form("by hand", byhand.Serve))
}
