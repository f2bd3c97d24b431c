package main

// This file compares the output with that of the page's program.

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/ownasync/sched"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// What Python 3.11.7 prints for coro_callback.py.
const python = `Producing 0
Consuming 0
Down 5
Up 0
Producing 1
Consuming 1
Up 1
Producing 2
Consuming 2
Up 2
Producing 3
Consuming 3
Up 3
Down 4
Producing 4
Consuming 4
Up 4
Producing 5
Consuming 5
Up 5
Producing 6
Consuming 6
Up 6
Producing 7
Consuming 7
Up 7
Down 3
Producing 8
Consuming 8
Up 8
Producing 9
Consuming 9
Up 9
Producer done
Consumer done
Up 10
Up 11
Down 2
Up 12
Up 13
Up 14
Up 15
Down 1
Up 16
Up 17
Up 18
Up 19
`

// A timeline is a writer that remembers what was written when.
type timeline struct {
	since func() time.Duration
	lines []string
	times []time.Duration
}

func (l *timeline) Write(p []byte) (int, error) {
	l.lines = append(l.lines, string(p))
	l.times = append(l.times, l.since())
	return len(p), nil
}

// seconds returns the lines of each second, in alphabetical order. The page takes one timer after
// the other, and runs what it makes ready before the next one. Package rt, as asyncio, takes all
// that are due, and then runs what they have made ready.
func (l *timeline) seconds() []string {
	var list []string
	for i, line := range l.lines {
		list = append(list, fmt.Sprintf("%3v %s", l.times[i], line))
	}
	slices.Sort(list)
	return list
}

// page returns what happens on the scheduler of the page, on a fake clock.
func page(t *testing.T) (l *timeline) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		l = &timeline{since: func() time.Duration { return time.Since(begin) }}
		if err := onPage(l); err != nil || l.since() != 20*time.Second {
			t.Errorf("took %v, error %v", l.since(), err)
		}
	})
	return l
}

func TestOnPage(t *testing.T) {
	if got := strings.Join(page(t).lines, ""); got != python {
		t.Error(got)
	}
}

func TestOnCallbacks(t *testing.T) {
	loop := rttest.NewLoop(t)
	l := &timeline{since: loop.Time}
	err := onCallbacks(loop, l)
	if want := page(t).seconds(); err != nil || !slices.Equal(l.seconds(), want) || loop.Time() != 20*time.Second {
		t.Errorf("took %v, error %v\n%s", loop.Time(), err, strings.Join(l.lines, ""))
	}
}

func TestOnRT(t *testing.T) {
	loop := rttest.NewLoop(t)
	l := &timeline{since: loop.Time}
	_, err := rt.RunUntilComplete(loop, startRTAsync(l))
	if want := page(t).seconds(); err != nil || !slices.Equal(l.seconds(), want) || loop.Time() != 20*time.Second {
		t.Errorf("took %v, error %v\n%s", loop.Time(), err, strings.Join(l.lines, ""))
	}
}

var errTask = errors.New("task has failed")

// A task that only yields is called in its turn. A task that fails does not stop the others.
func TestTurns(t *testing.T) {
	callbacks := &sched.Scheduler{}
	s := &Scheduler{Caller: callbacks}
	var out strings.Builder
	s.NewTask(turnsPull(&out, "a", 1))
	s.NewTask(turnsPull(&out, "b", 3))
	s.CallSoon(func() { out.WriteString("callback ") })
	callbacks.Run()
	if got := out.String(); got != "a b callback b b " || !errors.Is(s.err, errTask) {
		t.Errorf("%q, error %v", got, s.err)
	}
}

//coroutine:generator
func turns(w io.Writer, name string, n int, y co.Yielder[rt.Void, rt.Void]) error {
	for range n {
		fmt.Fprint(w, name, " ")
		if _, err := y.Yield(rt.Void{}); err != nil {
			return err
		}
	}
	if name == "a" {
		return errTask
	}
	return nil
}
