package testbed

// This file makes loops for tests.

import (
	"slices"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// NewLoop is [rttest.NewLoop], a loop with a fake clock and a shuffled order, for a test that
// leaves nothing behind.
func NewLoop(tb testing.TB, opts ...rt.Option) *rt.Loop {
	tb.Helper()
	Clean(tb)
	return rttest.NewLoop(tb, opts...)
}

// Run is [rttest.Run] for a test that leaves nothing behind.
func Run[T any](tb testing.TB, x rt.Expr[T], opts ...rt.Option) (T, error) {
	tb.Helper()
	return rt.RunUntilComplete(NewLoop(tb, opts...), x)
}

// FIFO returns a loop with a fake clock that runs everything in the order in which it became
// ready. It is for tests of that order, and for tests that count allocations, because shuffling
// allocates.
func FIFO(tb testing.TB) *rt.Loop {
	tb.Helper()
	Clean(tb)
	return newLoop(tb, fake()...)
}

// Fake returns the options of a loop with a fake clock and a shuffled order, for a test that
// leaves nothing behind. The options are for one loop.
func Fake(tb testing.TB, opts ...rt.Option) []rt.Option {
	tb.Helper()
	Clean(tb)
	return slices.Concat(fake(), []rt.Option{rt.WithSeed(rttest.Seed(tb))}, opts)
}

// RunFake is [rt.Run] with the options of [Fake]. Tasks that x leaves on the loop are
// cancelled.
func RunFake[T any](tb testing.TB, x rt.Expr[T], opts ...rt.Option) (T, error) {
	tb.Helper()
	return rt.Run(x, Fake(tb, opts...)...)
}

// Real returns the options of loops with the clock and the poller of the system. They are for
// tests of these, of sockets, of processes and of several threads. The order is shuffled
// nevertheless. The seed is printed if the test fails.
func Real(tb testing.TB, opts ...rt.Option) []rt.Option {
	tb.Helper()
	Clean(tb)
	return append([]rt.Option{rt.WithSeed(rttest.Seed(tb))}, opts...)
}

// RunReal is [rt.Run] with the options of [Real]. Tasks that x leaves on the loop are
// cancelled.
func RunReal[T any](tb testing.TB, x rt.Expr[T], opts ...rt.Option) (T, error) {
	tb.Helper()
	return rt.Run(x, Real(tb, opts...)...)
}

// RealLoop returns a loop with the options of [Real]. At the end of the test it
// must be idle, or closed.
func RealLoop(tb testing.TB, opts ...rt.Option) *rt.Loop {
	tb.Helper()
	return newLoop(tb, Real(tb, opts...)...)
}

// fake returns the options of a loop with a fake clock.
func fake() []rt.Option {
	clock := new(rttest.Clock)
	poller := rttest.NewPoller(clock)
	return []rt.Option{rt.WithClock(clock), rt.WithPoller(poller), poller.Serve}
}

// newLoop returns a loop that is checked and closed at the end of the test.
func newLoop(tb testing.TB, opts ...rt.Option) *rt.Loop {
	tb.Helper()
	l, err := rt.NewLoop(opts...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		rttest.CheckIdle(tb, l)
		if err := l.Close(); err != nil {
			tb.Error(err)
		}
	})
	return l
}
