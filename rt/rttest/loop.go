package rttest

// This file holds the loop for tests, which has a fake clock and reports tasks and timers
// that are left at the end.

import (
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
)

// NewLoop returns a loop on a new [Clock] and [Poller]. Its tasks are shuffled under the
// [Seed] of the test, which is printed if the test fails. Tasks remember where they were
// started ([rt.WithSpawnSites]). opts are applied after these options. At the end of the
// test, tasks and timers that are left are errors, and then the loop is closed. A test may
// close the loop itself. Tasks and timers that end with the loop are not errors.
func NewLoop(tb testing.TB, opts ...rt.Option) *rt.Loop {
	tb.Helper()
	clock := new(Clock)
	poller := NewPoller(clock)
	seed := Seed(tb)
	l, err := rt.NewLoop(append([]rt.Option{rt.WithClock(clock), rt.WithPoller(poller), rt.WithSeed(seed), rt.WithSpawnSites(true)}, opts...)...)
	if err != nil {
		tb.Fatal(err)
	}
	poller.Serve(l)
	recorder := Record(tb, l)
	forget := addLoop(tb, l)
	tb.Cleanup(func() {
		forget()
		CheckIdle(tb, l)
		if err := l.Close(); err != nil {
			tb.Error(err)
		}
		recorder.End("", "")
	})
	return l
}

// CheckIdle reports the tasks and timers of l as errors. For each task it says where the
// task waits and, if the loop knows, where the task was started. A closed loop has none.
func CheckIdle(tb testing.TB, l *rt.Loop) {
	tb.Helper()
	for _, t := range l.Tasks() {
		_, waits, _ := strings.Cut(stack(t), "\n")
		tb.Errorf("left on the loop: %s\n%s", t, waits)
	}
	if n := l.Timers(); n > 0 {
		tb.Errorf("left on the loop: %d timers", n)
	}
}

// stack returns the stack of t, and where t was started.
func stack(t *rt.Task) string {
	text := t.Stack()
	if at := t.SpawnedAt(); at != "" && !strings.Contains(text, at) {
		text += "\n\tspawned by " + at
	}
	return text
}

// Run runs x on a new loop made by NewLoop and returns its result. Tasks and timers that
// outlive both x and what [Cleanup] runs are errors. x may call FailNow and SkipNow, which end
// x as they end a test. An async function may take the test:
//
//	func TestLogin(t *testing.T) {
//		if _, err := rttest.Run(t, testLoginAsync(t)); err != nil {
//			t.Error(err)
//		}
//	}
func Run[T any](tb testing.TB, x rt.Expr[T], opts ...rt.Option) (T, error) {
	tb.Helper()
	return rt.RunUntilComplete(NewLoop(tb, opts...), x)
}
