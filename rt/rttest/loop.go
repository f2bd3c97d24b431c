package rttest

// This file is the loop for tests: fake time, a seed, and a look at what is
// left at the end.

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
)

// SeedVariable is the environment variable whose value replaces the random
// seeds of [NewLoop].
const SeedVariable = "RTTEST_SEED"

// NewLoop returns a loop on a new [Clock] and [Poller], with tasks shuffled
// under a seed that is printed if the test fails. opts come after these. At
// the end of the test tasks and timers that are left are errors, unless the
// test has closed the loop itself; then it is closed.
func NewLoop(tb testing.TB, opts ...rt.Option) *rt.Loop {
	tb.Helper()
	clock := new(Clock)
	poller := NewPoller(clock)
	seed := Seed(tb)
	l, err := rt.NewLoop(append([]rt.Option{rt.WithClock(clock), rt.WithPoller(poller), rt.WithSeed(seed)}, opts...)...)
	if err != nil {
		tb.Fatal(err)
	}
	poller.Serve(l)
	tb.Cleanup(func() {
		CheckIdle(tb, l)
		if err := l.Close(); err != nil {
			tb.Error(err)
		}
	})
	return l
}

// Seed returns a new seed, or that of the environment, and prints it if the
// test fails.
func Seed(tb testing.TB) uint64 {
	tb.Helper()
	seed := rand.Uint64()
	if s := os.Getenv(SeedVariable); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			tb.Fatalf("%s: %v", SeedVariable, err)
		}
	}
	tb.Cleanup(func() {
		if tb.Failed() {
			tb.Logf("to repeat: %s=%d go test -run '^%s$'", SeedVariable, seed, tb.Name())
		}
	})
	return seed
}

// CheckIdle reports the tasks and timers of l as errors. A closed loop has
// none.
func CheckIdle(tb testing.TB, l *rt.Loop) {
	tb.Helper()
	for _, t := range l.Tasks() {
		tb.Errorf("left on the loop: %s", t)
	}
	if n := l.Timers(); n > 0 {
		tb.Errorf("left on the loop: %d timers", n)
	}
}

// Run runs x on a new loop made by NewLoop and returns its result. Tasks and
// timers that outlive x are errors.
func Run[T any](tb testing.TB, x rt.Expr[T], opts ...rt.Option) (T, error) {
	tb.Helper()
	return rt.RunUntilComplete(NewLoop(tb, opts...), x)
}
