package rttest

// This file tells the tool coroutinegen how versions of a coroutine compare: see package
// recording. Without the variable that the tool sets, there is no Comparison.

import (
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest/recording"
)

// A Comparison is what the tool coroutinegen is told of versions of one coroutine that ran under
// the same scripts, if the tool has asked for that. Otherwise there is none. All methods may be
// called on a nil Comparison, and then do nothing.
//
// [Compare] and [ComparePatterns] make one themselves. A test that compares in another way asks for
// a Comparison. With one, a difference is a result, and not an error of the test.
type Comparison struct {
	result recording.Comparison
	types  []typeSet // by version
}

// NewComparison returns the Comparison of the versions that have the given names. The first one
// is the yardstick. The result is nil if the tool has not asked for it.
func NewComparison(tb testing.TB, versions ...string) *Comparison {
	if comparisons == nil {
		return nil
	}
	c := &Comparison{result: recording.Comparison{Test: tb.Name()}, types: make([]typeSet, len(versions))}
	for _, name := range versions {
		c.result.Versions = append(c.result.Versions, recording.Version{Name: name})
	}
	return c
}

// Ran says that the version with the given index has run under a script, on the loop of r.
func (c *Comparison) Ran(version int, r *Recorder) {
	if c == nil || r == nil {
		return
	}
	if version == 0 {
		c.result.Scripts++
	}
	c.types[version].merge(r.types)
}

// Differs says that a version has left another trace than version 0. Only the first difference
// counts. It reports false if c is nil: the difference is then an error of the test.
func (c *Comparison) Differs(script string, version int, first, other string) bool {
	if c == nil {
		return false
	}
	if c.result.Difference == nil {
		c.result.Difference = &recording.Difference{Script: script, Version: version, Line: firstDifference(first, other), Traces: [2]string{first, other}}
	}
	return true
}

// firstDifference returns the index of the first line in which a and b differ.
func firstDifference(a, b string) int {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	i := 0
	for i < len(as) && i < len(bs) && as[i] == bs[i] {
		i++
	}
	return i
}

// Measure measures what the versions cost, unless they differ. what says which run is measured.
// runs makes, for each version, the function that runs it n times.
func (c *Comparison) Measure(what string, runs func(version int) func(n int)) {
	if c == nil || c.result.Difference != nil {
		return
	}
	var all []func(n int)
	for i := range c.types {
		all = append(all, runs(i))
	}
	c.result.Costs = append(c.result.Costs, measure(what, all))
}

// End tells the tool.
func (c *Comparison) End() {
	if c == nil {
		return
	}
	for i := range c.types {
		c.result.Versions[i].Frames = c.types[i].layouts()
	}
	comparisons.mu.Lock()
	defer comparisons.mu.Unlock()
	comparisons.write(recording.Entry{Comparison: &c.result})
}

// newComparison is NewComparison for versions.
func newComparison[T any](tb testing.TB, versions []Version[T]) *Comparison {
	var names []string
	for _, v := range versions {
		names = append(names, v.Name)
	}
	return NewComparison(tb, names...)
}

// measureVersions measures versions whose awaits are ready, and then versions whose awaits
// suspend once.
func measureVersions[T any](c *Comparison, tb testing.TB, versions []Version[T]) {
	for _, row := range []struct {
		what    string
		pending uint64
	}{{"every await is ready", 0}, {"every await suspends once", ^uint64(0)}} {
		c.Measure(row.what, func(version int) func(n int) {
			return func(n int) { repeat(tb, versions[version], row.pending, n) }
		})
	}
}

// repeat runs version n times. A panic or a failure is a result like others.
func repeat[T any](tb testing.TB, version Version[T], pending uint64, n int) {
	var l *rt.Loop
	for range n {
		if l == nil {
			l = bareLoop(tb)
		}
		func() {
			defer func() { recover() }()
			_, _ = rt.RunUntilComplete(l, version.New(&Script{Pending: pending, quiet: true}))
		}()
		if len(l.Tasks()) > 0 || l.Timers() > 0 {
			_ = l.Close()
			l = nil
		}
	}
	if l != nil {
		_ = l.Close()
	}
}

// bareLoop returns a loop with a fake clock.
func bareLoop(tb testing.TB) *rt.Loop {
	clock := new(Clock)
	poller := NewPoller(clock)
	l, err := rt.NewLoop(rt.WithClock(clock), rt.WithPoller(poller), rt.WithHandler(func(error) {}))
	if err != nil {
		tb.Fatal(err)
	}
	poller.Serve(l)
	return l
}
