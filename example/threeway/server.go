package threeway

// This file runs a server among real sockets, for the clients of a test.

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// Serve listens on loopback and runs what serve returns on a goroutine of its
// own until the end of the test; then it is cancelled and must end. It returns
// the address.
func Serve(tb testing.TB, serve func(*netio.Listener) rt.Coroutine[rt.Void]) (addr string) {
	tb.Helper()
	switch runtime.GOOS {
	case "windows", "plan9", "js", "wasip1":
		tb.Skip("package netio has no sockets on " + runtime.GOOS)
	}
	listener, err := netio.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	loop, err := rt.NewLoop()
	if err != nil {
		tb.Fatal(err)
	}
	addr = listener.Addr().String()
	main := rt.Start(loop, serve(listener))
	main.OnDone(func(*rt.Task) { loop.Stop() })
	ended := make(chan error)
	go func() {
		err := loop.RunForever()
		if err == nil {
			_, err, _ = main.Result()
		}
		ended <- errors.Join(err, loop.Close())
	}()
	tb.Cleanup(func() {
		if err := loop.CallSoonThreadsafe(func() { main.Cancel(nil) }); err != nil {
			tb.Error(err)
		}
		if err := <-ended; !errors.Is(err, context.Canceled) {
			tb.Errorf("cancelled, the server returned: %v", err)
		}
	})
	return addr
}
