package threeway

// This file runs every form under every sequence of choices.

import (
	"bytes"
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A Form is one way to write a coroutine.
type Form[T any] struct {
	Name string
	New  func(*Stage) rt.Expr[T] // sets the stage and returns the main coroutine
}

// Explore runs every form under every sequence of choices that the first comes
// to, and demands the same trace of all: first with the tasks in order, then,
// for what several tasks do, in the orders of that many seeds.
func Explore[T any](tb testing.TB, seeds int, forms ...Form[T]) {
	tb.Helper()
	c := newComparison(tb, forms)
	defer c.End()
	explore(tb, c, forms)
	if seeds > 0 {
		base := rttest.Seed(tb)
		for k := range seeds {
			explore(tb, c, forms, rt.WithSeed(base+uint64(k)))
		}
	}
	measureForms(c, forms)
}

func explore[T any](tb testing.TB, c *rttest.Comparison, forms []Form[T], options ...rt.Option) {
	tb.Helper()
	runs := 0
	for script := []int{}; script != nil; runs++ {
		want := run(tb, forms[0], script, options)
		trace := want.Trace()
		c.Ran(0, want.recorder)
		for i, form := range forms[1:] {
			got := run(tb, form, script, options)
			c.Ran(i+1, got.recorder)
			if got.Trace() != trace {
				if c.Differs(want.story(), i+1, trace, got.Trace()) {
					return
				}
				tb.Fatalf("after choices %v\n\n%s:\n%s\n%s:\n%s", want.choices, forms[0].Name, trace, form.Name, &got.trace)
			}
		}
		if len(want.open) > 0 && !want.Borrows {
			tb.Fatalf("left open: %v\n\n%s", slices.Sorted(maps.Keys(want.open)), trace)
		}
		script = following(want.choices)
	}
	tb.Logf("%d runs of each form", runs)
}

// following returns the script after one that led to choices, or nil if that
// was the last: the last choice that can be raised is, and forgets the rest.
func following(choices []choice) []int {
	for len(choices) > 0 {
		last := choices[len(choices)-1]
		if last.made+1 < last.of {
			script := make([]int, len(choices))
			for i, c := range choices {
				script[i] = c.made
			}
			script[len(script)-1]++
			return script
		}
		choices = choices[:len(choices)-1]
	}
	return nil
}

// run runs form once.
func run[T any](tb testing.TB, form Form[T], script []int, options []rt.Option) *Stage {
	tb.Helper()
	s := &Stage{script: script, open: make(map[string]bool)}
	clock := new(rttest.Clock)
	poller := rttest.NewPoller(clock)
	handler := func(err error) {
		switch e := err.(type) {
		case *rt.Panic:
			err = fmt.Errorf("%s panicked: %v", e.Task.Name(), e.Value)
		case *rt.UnretrievedError: // what it ran has another name in each form
			name, _, _ := strings.Cut(e.Task, " (")
			err = fmt.Errorf("%s failed: %v", name, e.Err)
		}
		s.Note("nobody waits for: %v", err)
	}
	loop, err := rt.NewLoop(append(options, rt.WithClock(clock), rt.WithPoller(poller), rt.WithHandler(handler))...)
	if err != nil {
		panic(err)
	}
	poller.Serve(loop)
	s.loop = loop
	s.recorder = rttest.Record(tb, loop)
	log.SetOutput(logged{s})
	log.SetFlags(0)
	defer log.SetOutput(os.Stderr)
	defer log.SetFlags(log.LstdFlags)
	w := &watched[T]{stage: s}
	main := rt.Start(loop, rt.NewCoroutine[T](w))
	s.main = &main.Task
	w.x = form.New(s).Awaitable()
	main.OnDone(func(*rt.Task) { loop.Stop() })
	if err := loop.RunForever(); err != nil {
		s.Note("loop: %v", err)
	}
	if main.Panic() == nil && main.Done() {
		v, err, _ := main.Result()
		s.Note("result: %v, %v", v, err)
	}
	s.Note("loop closes: %v", loop.Close())
	s.recorder.End(form.Name, s.story())
	return s
}

// logged notes what goes to package log.
type logged struct{ stage *Stage }

func (l logged) Write(p []byte) (int, error) {
	l.stage.Note("log: %s", bytes.TrimSuffix(p, []byte("\n")))
	return len(p), nil
}

// watched notes the steps of the main coroutine.
type watched[T any] struct {
	stage *Stage
	x     rt.Awaitable[T]
	steps int
}

// Where implements [rt.Locator].
func (w *watched[T]) Where() (line string, on any) { return "", w.x }

// Harness implements [rttest.Harness].
func (w *watched[T]) Harness() {}

// Poll implements [rt.Awaitable].
func (w *watched[T]) Poll(t *rt.Task) (v T, err error, ready bool) {
	w.steps++
	w.stage.Note("step %d", w.steps)
	return w.x.Poll(t)
}
