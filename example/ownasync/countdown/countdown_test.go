package main

// This file compares the output with that of the page's program, and the machine with its twin.

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/ownasync/countdown/byhand"
	"github.com/coroutinegen/coroutinegen/example/threeway"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// What Python 3.11.7 prints for countdown(5) and countup(5).
const pythonSequential = `Down 5
Down 4
Down 3
Down 2
Down 1
Up 0
Up 1
Up 2
Up 3
Up 4
`

// What Python 3.11.7 prints for the two threads, with the seconds. Within a second, the order is
// that in which the threads happen to wake up.
var pythonThreads = []string{
	"0s Down 5", "0s Up 0",
	"1s Down 4", "1s Up 1",
	"2s Down 3", "2s Up 2",
	"3s Down 2", "3s Up 3",
	"4s Down 1", "4s Up 4",
}

// A timeline is a writer that remembers what was written when. It may be used by several
// goroutines.
type timeline struct {
	since func() time.Duration
	mu    sync.Mutex
	lines []string
}

func (l *timeline) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, fmt.Sprintf("%v %s", l.since(), strings.TrimSuffix(string(p), "\n")))
	return len(p), nil
}

// sorted checks that the timeline has the lines of want, in any order within a second.
func (l *timeline) sorted(t *testing.T, want []string) {
	t.Helper()
	if slices.Sort(l.lines); !slices.Equal(l.lines, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(l.lines, "\n"), strings.Join(want, "\n"))
	}
}

func TestSequential(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var out strings.Builder
		sequential(&out)
		if d := time.Since(start); out.String() != pythonSequential || d != 10*time.Second {
			t.Errorf("after %v\n%s", d, out.String())
		}
	})
}

func TestGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		out := &timeline{since: func() time.Duration { return time.Since(start) }}
		goroutines(out)
		out.sorted(t, pythonThreads)
		if d := time.Since(start); d != 5*time.Second {
			t.Errorf("took %v", d)
		}
	})
}

func TestCoroutines(t *testing.T) {
	loop := rttest.NewLoop(t)
	out := &timeline{since: loop.Time}
	if _, err := rt.RunUntilComplete(loop, coroutinesAsync(out)); err != nil || loop.Time() != 5*time.Second {
		t.Errorf("took %v, error %v", loop.Time(), err)
	}
	out.sorted(t, pythonThreads)
}

func TestTwin(t *testing.T) {
	form := func(name string, down func(io.Writer, int) rt.Coroutine[rt.Void]) threeway.Form[rt.Void] {
		return threeway.Form[rt.Void]{Name: name, New: func(s *threeway.Stage) rt.Expr[rt.Void] {
			s.Cancel(0, 500*time.Millisecond, time.Second, 3*time.Second)
			return rt.Timeout(4500*time.Millisecond, down(s.Writer("out"), s.Choose(7)))
		}}
	}
	threeway.Explore(t, 0, form("this package", downAsync), form("by hand", byhand.Down))
}
