package asynciter_test

// This file tests the rules that hold for every adapter.

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/asynciter"
)

// An anyIterator is an Iterator without the type of its values.
type anyIterator struct {
	next  func() pull
	close func() error
	each  func(fn func(v string)) error
}

func anyOf[V any](it asyncgen.Iterator[V]) anyIterator {
	return anyIterator{
		next:  func() pull { return next(it) },
		close: func() error { return wait(it.Close()) },
		each: func(fn func(v string)) (err error) {
			for v := range asyncgen.Each(it, &err) {
				fn(fmt.Sprint(v))
			}
			return err
		},
	}
}

func itself(v int) rt.Expr[int] { return after(0, v, nil) }

// adapters make an Iterator with the values of a source.
var adapters = map[string]func(it iterator) anyIterator{
	"Map":            func(it iterator) anyIterator { return anyOf(asynciter.Map(it, 2, itself)) },
	"Merge of one":   func(it iterator) anyIterator { return anyOf(asynciter.Merge(it)) },
	"Merge of two":   func(it iterator) anyIterator { return anyOf(asynciter.Merge(it, upTo(0))) },
	"Buffered":       func(it iterator) anyIterator { return anyOf(asynciter.Buffered(it, 2)) },
	"Chunks":         func(it iterator) anyIterator { return anyOf(asynciter.Chunks(it, 1, 0)) },
	"Chunks in time": func(it iterator) anyIterator { return anyOf(asynciter.Chunks(it, 1, time.Hour)) },
	"Timeout":        func(it iterator) anyIterator { return anyOf(asynciter.Timeout(it, time.Hour)) },
	"chain": func(it iterator) anyIterator {
		it = asynciter.Map(asynciter.Buffered(asynciter.Timeout(it, time.Hour), 1), 1, itself)
		return anyOf(asynciter.Chunks(asynciter.Timeout(asynciter.Merge(it), time.Hour), 1, 0))
	},
}

// forAdapters runs test with each adapter, and with the source s.
func forAdapters(t *testing.T, test func(t *testing.T, adapt func(it iterator) anyIterator)) {
	for name, adapt := range adapters {
		t.Run(name, func(t *testing.T) { run(t, func() { test(t, adapt) }) })
	}
}

// shown returns v as an adapter shows it: Chunks makes slices.
func wantPull(t *testing.T, got, wanted pull) {
	t.Helper()
	if wanted.ok && len(got.v) > 1 && got.v[0] == '[' {
		wanted.v = "[" + wanted.v + "]"
	}
	want(t, "next", got, wanted)
}

func TestClosedBeforeItBegins(t *testing.T) {
	forAdapters(t, func(t *testing.T, adapt func(it iterator) anyIterator) {
		s := upTo(3)
		it := adapt(s)
		noError(t, it.close())
		want(t, "begun", s.begun, 0)
		wantPull(t, it.next(), over)
		want(t, "begun", s.begun, 0)
		noError(t, it.close())
		wantNext(t, iterator(s), over)
	})
}

func TestClosedBeforeItBeginsThoughTheSourceHas(t *testing.T) {
	forAdapters(t, func(t *testing.T, adapt func(it iterator) anyIterator) {
		s := upTo(3)
		s.cleanup, s.closing = 10*ms, errClosing
		wantNext(t, iterator(s), value(1))
		it := adapt(s)
		took := elapsed(func() { want(t, "close", it.close(), errClosing) })
		want(t, "time", took, 10*ms)
		s.wantEnded(t)
		wantPull(t, it.next(), over)
		noError(t, it.close())
	})
}

// An adapter may begin in the middle of its source.
func TestRest(t *testing.T) {
	forAdapters(t, func(t *testing.T, adapt func(it iterator) anyIterator) {
		s := upTo(3)
		wantNext(t, iterator(s), value(1))
		it := adapt(s)
		wantPull(t, it.next(), value(2))
		wantPull(t, it.next(), value(3))
		wantPull(t, it.next(), over)
		noError(t, it.close())
		s.wantEnded(t)
	})
}

func TestCancelledConsumer(t *testing.T) {
	forAdapters(t, func(t *testing.T, adapt func(it iterator) anyIterator) {
		s := newScript(counts(3, 10*ms)...)
		s.cleanup = 20 * ms
		got := 0
		task := start(func() error { return adapt(s).each(func(string) { got++ }) })
		wait(rt.Sleep(15 * ms))
		task.Cancel(nil)
		took := elapsed(func() { want(t, "cancelled", isCanceled(wait(task)), true) })
		want(t, "time", took, 20*ms)
		want(t, "values", got, 1)
		s.wantEnded(t)
	})
}

func TestCloseInACancelledTask(t *testing.T) {
	forAdapters(t, func(t *testing.T, adapt func(it iterator) anyIterator) {
		s := newScript(step{v: 1}, step{after: time.Hour, v: 2})
		s.cleanup = 20 * ms
		it := adapt(s)
		task := start(func() error {
			wantPull(t, it.next(), value(1))
			rt.Current().Cancel(nil)
			return it.close()
		})
		took := elapsed(func() { noError(t, wait(task)) })
		want(t, "time", took, 19*ms) // start has waited for 1 ms
		s.wantEnded(t)
	})
}

func TestSeveralTasksClose(t *testing.T) {
	forAdapters(t, func(t *testing.T, adapt func(it iterator) anyIterator) {
		s := newScript(step{v: 1}, step{after: time.Hour, v: 2})
		s.cleanup = 20 * ms
		it := adapt(s)
		wantPull(t, it.next(), value(1))
		a, b := start(it.close), start(it.close)
		took := elapsed(func() { noError(t, wait(rt.Gather[rt.Void](a, b))) })
		want(t, "time", took, 18*ms)
		s.wantEnded(t)
	})
}

// A Close while another task waits for a value.
func TestCloseDuringNext(t *testing.T) {
	forAdapters(t, func(t *testing.T, adapt func(it iterator) anyIterator) {
		s := newScript(step{v: 1}, step{after: time.Hour, v: 2})
		it := adapt(s)
		wantPull(t, it.next(), value(1))
		waits := start(func() error { return it.next().err })
		noError(t, it.close())
		want(t, "error", wait(waits), rt.ErrGeneratorExit)
		wantPull(t, it.next(), over)
		s.wantEnded(t)
	})
}

func TestSourceFails(t *testing.T) {
	forAdapters(t, func(t *testing.T, adapt func(it iterator) anyIterator) {
		s := newScript(step{v: 1}, step{after: ms, err: errBoom})
		s.cleanup = ms
		it := adapt(s)
		wantPull(t, it.next(), value(1))
		wantPull(t, it.next(), failed(errBoom))
		s.wantEnded(t)
		wantPull(t, it.next(), over)
		noError(t, it.close())
	})
}

// The source fails while it is being closed, at a Yield or elsewhere.
func TestSourceFailsToClose(t *testing.T) {
	for _, d := range []time.Duration{0, time.Hour} {
		forAdapters(t, func(t *testing.T, adapt func(it iterator) anyIterator) {
			s := newScript(step{v: 1}, step{after: d, v: 2})
			s.closing = errClosing
			it := adapt(s)
			wantPull(t, it.next(), value(1))
			settle()
			want(t, "close", it.close(), errClosing)
			noError(t, it.close())
			s.wantEnded(t)
		})
	}
}

func TestSourcePanics(t *testing.T) {
	forAdapters(t, func(t *testing.T, adapt func(it iterator) anyIterator) {
		s := newScript(step{v: 1}, step{after: ms, panic: errBoom})
		it := adapt(s)
		wantPull(t, it.next(), value(1))
		wantPanic(t, func() { it.next() }, "boom")
		s.wantEnded(t)
		wantPull(t, it.next(), over)
		noError(t, it.close())
	})
}

func TestSourcePanicsInClose(t *testing.T) {
	forAdapters(t, func(t *testing.T, adapt func(it iterator) anyIterator) {
		s := asyncgen.New("panics", func(y asyncgen.Yielder[int, rt.Void]) rt.Expr[rt.Void] {
			return do(func() error {
				if wait(y.Yield(1)) != nil || wait(y.Yield(2)) != nil || wait(y.Yield(3)) != nil || wait(y.Yield(4)) != nil {
					panic(errBoom)
				}
				return wait(y.Yield(5))
			})
		})
		it := adapt(s)
		wantPull(t, it.next(), value(1))
		wantPanic(t, func() { it.close() }, "boom")
		noError(t, it.close())
		wantPull(t, it.next(), over)
	})
}

// Cancelled and late calls of Next lose nothing.
func TestNextLosesNothing(t *testing.T) {
	forAdapters(t, func(t *testing.T, adapt func(it iterator) anyIterator) {
		s := newScript(counts(4, 10*ms)...)
		it := adapt(s)
		for i := range 4 {
			for range 2 {
				task := rt.Current()
				scope := task.OpenTimeout(2 * ms)
				want(t, "timeout", isTimeout(it.next().err), true)
				scope.Close()
			}
			wantPull(t, it.next(), value(i+1))
		}
		wantPull(t, it.next(), over)
		noError(t, it.close())
		s.wantEnded(t)
	})
}

// The task that uses an adapter ends without closing it.
func TestForgotten(t *testing.T) {
	for name, adapt := range adapters {
		t.Run(name, func(t *testing.T) {
			var forgotten *asyncgen.ForgottenError
			var s *script
			run(t, func() {
				s = newScript(step{v: 1}, step{after: time.Hour, v: 2})
				s.cleanup = 10 * ms
				noError(t, wait(start(func() error { wantPull(t, adapt(s).next(), value(1)); return nil })))
				wait(rt.Sleep(20 * ms))
			}, rt.WithHandler(func(err error) {
				if !errors.As(err, &forgotten) {
					t.Error(err)
				}
			}))
			want(t, "forgotten", forgotten != nil, true)
			s.wantEnded(t)
		})
	}
}
