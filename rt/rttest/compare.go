package rttest

// This file compares several versions of one coroutine.

import (
	"iter"
	"reflect"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest/recording"
)

// A Version is one way to write a coroutine. It has a name and makes the coroutine,
// whose awaits are steps of the script.
type Version[T any] struct {
	Name string
	New  func(*Script) rt.Expr[T]
}

// Compare runs every version under every script for the first awaits, as many as steps
// says. Each of these awaits is ready at once or not, and at most one of them has a
// failure, a panic or a cancellation. The trace of each version must be that of the first:
// the same events in the same steps of the task, and the same result, error or panic.
// Further awaits are ready at once. T must be printable with %v. What the method Where of a
// suspended coroutine returns (see [rt.Locator]) must have a method Poll.
//
// Compare takes 2^steps * (3*steps + 1) runs of each version. It is an error if no version
// awaits as many as steps: each read of the connection below is one.
//
//	func TestTwin(t *testing.T) {
//		server := rttest.Peer{Name: "server", Sends: []string{"one ", "line\n"}}
//		rttest.Compare(t, 2,
//			rttest.Version[string]{Name: "machine", New: func(s *rttest.Script) rt.Expr[string] {
//				return readLineAsync(rttest.NewConn(s, server).Conn)
//			}},
//			rttest.Version[string]{Name: "twin", New: func(s *rttest.Script) rt.Expr[string] {
//				return rt.NewCoroutine(&readLineTwin{conn: rttest.NewConn(s, server).Conn})
//			}},
//		)
//	}
//
// A twin is a frame with the method Poll: see "Coroutines by hand" of package rt.
func Compare[T any](tb testing.TB, steps int, versions ...Version[T]) {
	tb.Helper()
	c := newComparison(tb, versions)
	defer c.End()
	reached := 0
	for script := range Scripts(steps) {
		n, same := compare(tb, c, script, versions)
		if !same {
			return // the first is the simplest
		}
		reached = max(reached, n)
	}
	if reached == 0 && steps > 0 {
		tb.Error("no version has awaited a step of its script: let New pass the script to Step, NewConn, NewPipe or NewListener")
	} else if reached < steps {
		tb.Errorf("no version takes more than %d steps: call Compare with %[1]d steps, not %d", reached, steps)
	}
	measureVersions(c, tb, versions)
}

// ComparePatterns runs every version in all combinations of awaits that are ready at once
// and awaits that are not, for all awaits that there are. Like [Compare], it demands that
// the traces are the same. It returns the greatest number of steps n that a run took. n
// must not exceed most, because ComparePatterns takes 2^n runs of each version.
func ComparePatterns[T any](tb testing.TB, most int, versions ...Version[T]) int {
	tb.Helper()
	c := newComparison(tb, versions)
	defer c.End()
	reached := 0
	for pending := uint64(0); pending < 1<<reached || pending == 0; pending++ {
		n, same := compare(tb, c, &Script{Pending: pending}, versions)
		if !same {
			return reached
		}
		if reached = max(reached, n); reached > most {
			tb.Errorf("a run takes %d steps, more than %d", reached, most)
			return reached
		}
	}
	measureVersions(c, tb, versions)
	return reached
}

// compare runs the versions under script. It returns the number of steps and
// whether the traces were the same.
func compare[T any](tb testing.TB, c *Comparison, script *Script, versions []Version[T]) (steps int, same bool) {
	tb.Helper()
	var want string
	for i, version := range versions {
		s := *script
		got := trace(tb, &s, version.Name, version.New(&s))
		steps = max(steps, s.next)
		c.Ran(i, s.recorder)
		if i == 0 {
			want = got
		} else if got != want {
			if c.Differs(script.String(), i, want, got) {
				return steps, false
			}
			tb.Errorf("script: %v\n%s:\n%s\n\n%s:\n%s", script, versions[0].Name, want, version.Name, got)
			return steps, false
		}
	}
	return steps, true
}

// Scripts yields every [Script] for steps awaits, the simplest first.
func Scripts(steps int) iter.Seq[*Script] {
	return func(yield func(*Script) bool) {
		for pending := range uint64(1) << steps {
			if !yield(&Script{Pending: pending}) {
				return
			}
		}
		for at := range steps {
			for _, inject := range []Injection{Failure, PanicNow, CancelNow} {
				for pending := range uint64(1) << steps {
					if !yield(&Script{Pending: pending, Inject: inject, At: at}) {
						return
					}
				}
			}
		}
	}
}

// Trace runs x, whose awaits are steps of s, on a fresh loop. It returns the trace, with
// the steps of the task and the outcome added.
func Trace[T any](tb testing.TB, s *Script, x rt.Expr[T]) string {
	tb.Helper()
	return trace(tb, s, "", x)
}

func trace[T any](tb testing.TB, s *Script, version string, x rt.Expr[T]) string {
	tb.Helper()
	clock := new(Clock)
	poller := NewPoller(clock)
	l, err := rt.NewLoop(rt.WithClock(clock), rt.WithPoller(poller))
	if err != nil {
		tb.Fatal(err)
	}
	poller.Serve(l)
	defer func() {
		if err := l.Close(); err != nil {
			tb.Error(err)
		}
	}()
	s.recorder = Record(tb, l)
	_, err = rt.RunUntilComplete(l, rt.NewCoroutine[rt.Void](&traced[T]{tb: tb, s: s, x: x.Awaitable()}))
	if err != nil {
		tb.Error(err)
	}
	s.recorder.End(version, s.String())
	return s.Trace()
}

// traced notes each poll of x and its outcome.
type traced[T any] struct {
	tb testing.TB
	s  *Script
	x  rt.Awaitable[T]
	n  int
}

func (f *traced[T]) Poll(t *rt.Task) (_ rt.Void, _ error, ready bool) {
	defer func() {
		if v := recover(); v != nil {
			f.s.Note("panic: %v", v)
			f.s.recorder.ends(t, func() outcome { return outcome{end: recording.Panicked, value: f.s.recorder.briefPanic(v)} })
			ready = true
		}
	}()
	f.n++
	f.s.Note("step %d", f.n)
	v, err, ready := f.x.Poll(t)
	switch {
	case !ready:
		checkChain(f.tb, f.x)
	case err != nil:
		f.s.Note("error: %v", err)
		f.s.recorder.ends(t, func() outcome { return failure(err) })
	default:
		f.s.Note("value: %v", v)
		f.s.recorder.ends(t, func() outcome { return outcome{end: recording.Returned, value: f.s.recorder.briefResult(v)} })
	}
	return rt.Void{}, nil, ready
}

// Where implements [rt.Locator]. f has no line of its own.
func (f *traced[T]) Where() (line string, on any) { return "", f.x }

// Harness implements [Harness].
func (f *traced[T]) Harness() {}

// checkChain demands that x, which is suspended, and the coroutines that it awaits return
// something from Where that can be polled, and not, for example, a copy of an operation. What an
// operation waits for is its own affair: it has no line.
func checkChain(tb testing.TB, x any) {
	for {
		l, ok := x.(rt.Locator)
		if !ok {
			return
		}
		line, on := l.Where()
		if line == "" || on == nil {
			return
		}
		if !reflect.ValueOf(on).MethodByName("Poll").IsValid() {
			tb.Errorf("%s: Where returns a %T, which has no Poll", line, on)
			return
		}
		x = on
	}
}
