package asynciter_test

// This file tests Merge and Buffered.

import (
	"errors"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asynciter"
)

func TestMerge(t *testing.T) {
	run(t, func() {
		a := newScript(step{2 * ms, 1, nil, nil}, step{4 * ms, 2, nil, nil})
		b := newScript(step{ms, 3, nil, nil}, step{2 * ms, 4, nil, nil}, step{4 * ms, 5, nil, nil})
		it := asynciter.Merge(a, b)
		settle()
		want(t, "begun", a.begun+b.begun, 0)
		took := elapsed(func() { wantAll(t, it, nil, 3, 1, 4, 2, 5) })
		want(t, "time", took, 7*ms)
		a.wantEnded(t)
		b.wantEnded(t)
		wantAll(t, asynciter.Merge[int](), nil)
	})
}

// A source is ahead by one value, or others are in its place.
func TestMergeRunsAhead(t *testing.T) {
	run(t, func() {
		a, b, c := upTo(9), upTo(9), newScript()
		c.endless = true
		it := asynciter.Merge(a, b, c)
		want(t, "ok", next(it).ok, true)
		settle()
		want(t, "taken", a.taken+b.taken, 3)
		want(t, "ok", next(it).ok, true)
		settle()
		want(t, "taken", a.taken+b.taken, 4)
		wantClose(t, it, nil)
	})
}

func TestMergeSourceFails(t *testing.T) {
	run(t, func() {
		a := newScript(step{v: 1}, step{after: 2 * ms, err: errBoom})
		b := newScript(step{after: ms, v: 2}, step{after: 2 * ms, v: 3})
		b.cleanup = 10 * ms
		it := asynciter.Merge(a, b)
		wantNext(t, it, value(1), value(2))
		want(t, "time", elapsed(func() { wantNext(t, it, failed(errBoom)) }), 11*ms)
		a.wantEnded(t)
		b.wantEnded(t)
		wantNext(t, it, over)
		wantClose(t, it, nil)
	})
}

// The values that came before the failure are not lost.
func TestMergeSourceFailsMeanwhile(t *testing.T) {
	run(t, func() {
		a := newScript(step{v: 1}, step{v: 2}, step{after: 2 * ms, err: errBoom})
		b := newScript(step{after: ms, v: 3}, step{v: 4})
		it := asynciter.Merge(a, b)
		wantNext(t, it, value(1))
		wait(rt.Sleep(10 * ms))
		wantNext(t, it, value(2), value(3))
		want(t, "error", wait(asynciter.Collect(it)), errBoom)
		a.wantEnded(t)
		b.wantEnded(t)
	})
}

func TestMergeSourcesFailToClose(t *testing.T) {
	run(t, func() {
		a, b := upTo(3), newScript()
		b.endless = true
		a.closing, b.closing = errClosing, errBoom
		it := asynciter.Merge(a, b)
		wantNext(t, it, value(1))
		err := wait(it.Close())
		want(t, "errors", errors.Is(err, errClosing) && errors.Is(err, errBoom), true)
		a.wantEnded(t)
		b.wantEnded(t)
	})
}

func TestBuffered(t *testing.T) {
	for n := range 4 {
		run(t, func() {
			s := upTo(9)
			it := asynciter.Buffered(s, n+1)
			settle()
			want(t, "taken", s.taken, 0)
			for i := range 9 {
				wantNext(t, it, value(i+1))
				settle()
				want(t, "taken", s.taken, min(9, i+1+n+1))
			}
			wantNext(t, it, over)
			wantClose(t, it, nil)
			s.wantEnded(t)
		})
	}
}

// The source works while the consumer does.
func TestBufferedSavesTime(t *testing.T) {
	run(t, func() {
		it := asynciter.Buffered(newScript(counts(10, 5*ms)...), 1)
		took := elapsed(func() {
			for range 10 {
				want(t, "ok", next(it).ok, true)
				wait(rt.Sleep(5 * ms))
			}
		})
		want(t, "time", took, 55*ms)
		wantClose(t, it, nil)
	})
}

func TestBufferedSourceFails(t *testing.T) {
	run(t, func() {
		s := newScript(step{v: 1}, step{v: 2}, step{v: 3}, step{err: errBoom})
		it := asynciter.Buffered(s, 5)
		wantNext(t, it, value(1))
		settle()
		s.wantEnded(t)
		wantNext(t, it, value(2), value(3), failed(errBoom), over)
		wantClose(t, it, nil)
	})
}

func TestBufferedErrorThatNobodySees(t *testing.T) {
	run(t, func() {
		it := asynciter.Buffered(newScript(step{v: 1}, step{v: 2}, step{err: errBoom}), 5)
		wantNext(t, it, value(1))
		settle()
		wantClose(t, it, errBoom)
		wantClose(t, it, nil)
		wantNext(t, it, over)
	})
}

// A source may fail with an error that is a cancellation.
func TestSourceFailsWithACancellation(t *testing.T) {
	run(t, func() {
		cancelled := &rt.CanceledError{Cause: errBoom}
		for _, it := range []iterator{
			asynciter.Buffered(newScript(step{v: 1}, step{err: cancelled}), 5),
			asynciter.Merge(newScript(step{v: 1}, step{err: cancelled}), newScript(step{after: time.Hour})),
			asynciter.Map(newScript(step{v: 1}, step{err: cancelled}), 5, func(v int) rt.Expr[int] { return after(ms, v, nil) }),
		} {
			wantNext(t, it, value(1), failed(cancelled), over)
			wantClose(t, it, nil)
		}
	})
}
