package main

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The numbers of the page: 10 + 5 + 1 = 16 minutes; B waits 0 minutes, A 10 and C 15.
func TestOneAfterTheOther(t *testing.T) {
	const want = `B has waited 0 minutes
B orders after 10 minutes
A has waited 10 minutes
A orders after 15 minutes
C has waited 15 minutes
C orders after 16 minutes
one after the other: 16 minutes
`
	loop := rttest.NewLoop(t)
	var out strings.Builder
	_, err := rt.RunUntilComplete(loop, oneAfterTheOtherAsync(&out, time.Minute, b, a, c))
	if err != nil || loop.Time() != 16*time.Minute || out.String() != want {
		t.Errorf("%v, after %v\n%s", err, loop.Time(), &out)
	}
}

// evening is what both of the other evenings print first; nobody waits, in whatever order the
// guests are served. The whole takes 10 minutes.
const evening = `A has waited 0 minutes
B has waited 0 minutes
C has waited 0 minutes
C orders after 1 minutes
A orders after 5 minutes
B orders after 10 minutes
`

// sorted returns the output with its first lines, which have no order, sorted.
func sorted(output string) string {
	lines := slices.Collect(strings.Lines(output))
	slices.Sort(lines[:min(3, len(lines))])
	return strings.Join(lines, "")
}

func TestAllAtOnce(t *testing.T) {
	loop := rttest.NewLoop(t)
	var out strings.Builder
	_, err := rt.RunUntilComplete(loop, allAtOnceAsync(&out, time.Minute, c, a, b))
	if got := sorted(out.String()); err != nil || loop.Time() != 10*time.Minute || got != evening+"all at once: 10 minutes\n" {
		t.Errorf("%v, after %v\n%s", err, loop.Time(), &out)
	}
}

func TestWaiters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		waiters(&out, time.Minute, c, a, b)
		if got := sorted(out.String()); got != evening+"three waiters: 10 minutes\n" {
			t.Errorf("got\n%s", &out)
		}
	})
}
