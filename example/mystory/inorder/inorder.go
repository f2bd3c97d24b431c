// Package inorder is for the tests of the programs beside it. A loop of package rttest shuffles
// its tasks; these programs are compared with the output of a page, whose tasks run in their
// order.
package inorder

import (
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Loop returns a loop on a fake clock that runs its tasks first come, first served. At the end of
// the test, it must have no tasks and no timers left, unless it is closed.
func Loop(tb testing.TB, opts ...rt.Option) (*rt.Loop, *rttest.Clock) {
	tb.Helper()
	clock := new(rttest.Clock)
	poller := rttest.NewPoller(clock)
	loop, err := rt.NewLoop(append([]rt.Option{rt.WithClock(clock), rt.WithPoller(poller)}, opts...)...)
	if err != nil {
		tb.Fatal(err)
	}
	poller.Serve(loop)
	tb.Cleanup(func() {
		if loop.Closed() {
			return
		}
		rttest.CheckIdle(tb, loop)
		if err := loop.Close(); err != nil {
			tb.Error(err)
		}
	})
	return loop, clock
}
