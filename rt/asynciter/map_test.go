package asynciter_test

// This file tests Map.

import (
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/asynciter"
)

// A load counts calls of a function.
type load struct{ running, most, calls int }

// call runs fn as a call.
func (l *load) call(fn func() (int, error)) rt.Expr[int] {
	return do1(func() (int, error) {
		l.calls++
		l.running++
		l.most = max(l.most, l.running)
		defer func() { l.running-- }()
		return fn()
	})
}

func TestMapKeepsTheOrder(t *testing.T) {
	for limit, wanted := range map[int]time.Duration{1: 15 * ms, 2: 9 * ms, 3: 7 * ms, 9: 5 * ms} {
		run(t, func() {
			var l load
			s := upTo(5)
			it := asynciter.Map(s, limit, func(v int) rt.Expr[int] {
				return l.call(func() (int, error) {
					return 10 * v, wait(rt.Sleep(time.Duration(6-v) * ms))
				})
			})
			took := elapsed(func() { wantAll(t, it, nil, 10, 20, 30, 40, 50) })
			want(t, "time", took, wanted)
			want(t, "calls at once", l.most, min(limit, 5))
			s.wantEnded(t)
		})
	}
}

// The limit also holds while the consumer does something else.
func TestMapRunsAhead(t *testing.T) {
	run(t, func() {
		var l load
		s := upTo(9)
		it := asynciter.Map(s, 3, func(v int) rt.Expr[int] {
			return l.call(func() (int, error) { return v, wait(rt.Sleep(ms)) })
		})
		settle()
		want(t, "begun", s.begun, 0)
		wantNext(t, it, value(1))
		wait(rt.Sleep(time.Hour))
		want(t, "calls", l.calls, 4) // the one whose result was taken, and three
		want(t, "taken", s.taken, 4)
		wantNext(t, it, value(2))
		wantClose(t, it, nil)
		s.wantEnded(t)
		wantNext(t, it, over)
	})
}

func TestMapOfCoroutines(t *testing.T) {
	run(t, func() {
		it := asynciter.Map(asynciter.FromSlice([]string{"a", "bcd"}), 2, lengthAsync)
		wantAll(t, it, nil, 1, 3)
	})
}

//coroutine:async
func length(s string) (int, error) { return len(s), nil }

func TestMapCallFails(t *testing.T) {
	run(t, func() {
		var l load
		s := newScript(counts(9, 2*ms)...)
		s.cleanup = 10 * ms
		it := asynciter.Map(s, 5, func(v int) rt.Expr[int] {
			return l.call(func() (int, error) {
				switch v {
				case 1:
					return v, nil
				case 3:
					return 0, errBoom
				}
				return v, wait(rt.Sleep(time.Hour))
			})
		})
		wantNext(t, it, value(1))
		want(t, "time", elapsed(func() { wantNext(t, it, failed(errBoom)) }), 14*ms)
		want(t, "calls", l.calls, 3)
		want(t, "running", l.running, 0)
		s.wantEnded(t)
		wantNext(t, it, over)
		wantClose(t, it, nil)
	})
}

// The failure comes while nobody waits for a value.
func TestMapCallFailsMeanwhile(t *testing.T) {
	run(t, func() {
		s := upTo(9)
		it := asynciter.Map(s, 3, func(v int) rt.Expr[int] {
			if v == 3 {
				return after(5*ms, 0, errBoom)
			}
			return after(ms, v, nil)
		})
		wantNext(t, it, value(1))
		wait(rt.Sleep(10 * ms))
		s.wantEnded(t)
		wantNext(t, it, failed(errBoom), over)
		wantClose(t, it, nil)
	})
}

// Nobody asks for the error before Close.
func TestMapCallFailsBeforeClose(t *testing.T) {
	run(t, func() {
		s := upTo(9)
		it := asynciter.Map(s, 3, func(v int) rt.Expr[int] {
			if v == 3 {
				return after(5*ms, 0, errBoom)
			}
			return after(ms, v, nil)
		})
		wantNext(t, it, value(1))
		wait(rt.Sleep(10 * ms))
		wantClose(t, it, errBoom)
		wantClose(t, it, nil)
	})
}

// The error of a source has its place in the order.
func TestMapSourceFails(t *testing.T) {
	run(t, func() {
		s := newScript(step{v: 1}, step{v: 2}, step{err: errBoom})
		it := asynciter.Map(s, 5, func(v int) rt.Expr[int] { return after(10*ms, v, nil) })
		wantNext(t, it, value(1), value(2), failed(errBoom), over)
		wantClose(t, it, nil)
		s.wantEnded(t)
	})
}

// A call that ends with a cancellation fails, although nobody has cancelled it.
func TestMapCallIsCancelled(t *testing.T) {
	run(t, func() {
		s := upTo(3)
		it := asynciter.Map(s, 3, func(v int) rt.Expr[int] {
			return do1(func() (int, error) {
				if v == 2 {
					rt.Current().Cancel(errBoom)
				}
				return v, wait(rt.Sleep(ms))
			})
		})
		wantNext(t, it, value(1))
		want(t, "cancelled", isCanceled(next(it).err), true)
		wantNext(t, it, over)
		wantClose(t, it, nil)
		s.wantEnded(t)
	})
}

func TestMapPanics(t *testing.T) {
	for name, fn := range map[string]func(v int) rt.Expr[int]{
		"function": func(v int) rt.Expr[int] {
			if v == 3 {
				panic(errBoom)
			}
			return after(ms, v, nil)
		},
		"call": func(v int) rt.Expr[int] {
			return do1(func() (int, error) {
				if v == 3 {
					wait(rt.Sleep(3 * ms))
					panic(errBoom)
				}
				return v, wait(rt.Sleep(time.Duration(v) * ms))
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func() {
				s := newScript(counts(9, 5*ms)...)
				it := asynciter.Map(s, 2, fn)
				wantNext(t, it, value(1), value(2))
				wantPanic(t, func() { next(it) }, "boom")
				wantNext(t, it, over)
				wantClose(t, it, nil)
				s.wantEnded(t)
			})
		})
	}
	run(t, func() {
		s := upTo(3)
		it := asynciter.Map(s, 2, func(v int) rt.Expr[int] { return nil })
		wantPanic(t, func() { next(it) }, "function of asynciter.Map returned nil")
		s.wantEnded(t)
	})
}

func TestMapClosedDuringCalls(t *testing.T) {
	run(t, func() {
		var l load
		s := upTo(9)
		s.closing = errClosing
		it := asynciter.Map(s, 3, func(v int) rt.Expr[int] {
			return l.call(func() (int, error) {
				err := wait(rt.Sleep(time.Hour))
				wait(rt.Shield[rt.Void](rt.Sleep(10 * ms)))
				return v, err
			})
		})
		waits := start(func() error { return wait(it.Next()) })
		want(t, "running", l.running, 3)
		want(t, "time", elapsed(func() { wantClose(t, it, errClosing) }), 10*ms)
		want(t, "running", l.running, 0)
		want(t, "error", wait(waits), rt.ErrGeneratorExit)
		s.wantEnded(t)
	})
}

// The calls have the variables of the task that asks for the first value.
func TestMapVars(t *testing.T) {
	name := rt.NewVar("name", "nobody")
	run(t, func() {
		name.Set(rt.Current(), "me")
		it := asynciter.Map(asynciter.FromSlice([]int{1}), 1, func(int) rt.Expr[string] {
			return do1(func() (string, error) { return name.Get(rt.Current()), nil })
		})
		wantNext(t, it, value("me"))
		wantClose[string](t, it, nil)
	})
}

var _ asyncgen.Iterator[int] = asynciter.Map(asynciter.FromSlice([]string{}), 1, lengthAsync)
