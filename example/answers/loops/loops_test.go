package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The lines that Python 3.11.7 prints, in any order: there are three threads. Its names of threads
// have (launch_event_loops) behind them.
var want = []string{
	"\033[31mIs event loop running in thread Thread-1 = true\033[0m",
	"\033[31mIs event loop running in thread Thread-2 = true\033[0m",
	"\033[32mIs event loop running in thread MainThread = false\033[0m",
}

// fake returns a program whose loops are on clocks of their own.
func fake(out *strings.Builder, clocks chan *rttest.Clock) *program {
	return &program{w: out, random: func() time.Duration { return 5 * time.Second }, newLoop: func() (*rt.Loop, error) {
		clock := new(rttest.Clock)
		clocks <- clock
		poller := rttest.NewPoller(clock)
		loop, err := rt.NewLoop(rt.WithClock(clock), rt.WithPoller(poller))
		if err == nil {
			poller.Serve(loop)
		}
		return loop, err
	}}
}

func TestOutput(t *testing.T) {
	var out strings.Builder
	clocks := make(chan *rttest.Clock, 2)
	if err := fake(&out, clocks).run(); err != nil {
		t.Error(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	last := len(lines) - 1
	if !strings.HasPrefix(lines[last], "\033[34mEvent Loop Execution Time: ") {
		t.Error(lines[last])
	}
	slices.Sort(lines[:last])
	if !slices.Equal(lines[:last], want) {
		t.Errorf("got %q", lines)
	}
	for range 2 {
		if d := (<-clocks).Elapsed(); d != 5*time.Second {
			t.Errorf("a thread has slept for %v", d)
		}
	}
}

func TestOnRt(t *testing.T) {
	var out strings.Builder
	p := &program{w: &out, random: func() time.Duration { return 0 }}
	if err := p.onRt(); err != nil {
		t.Error(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	slices.Sort(lines)
	if !slices.Equal(lines, want[:2]) {
		t.Errorf("got %q", lines)
	}
}
