package asynciter_test

// This file tests the Iterators over values that need no waiting, and those over queues.

import (
	"slices"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/asynciter"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

func TestFromSlice(t *testing.T) {
	run(t, func() {
		it := asynciter.FromSlice([]int{1, 2, 3})
		wantNext(t, it, value(1), value(2), value(3), over, over)
		wantClose(t, it, nil)
		it = asynciter.FromSlice([]int{1, 2, 3})
		wantNext(t, it, value(1))
		wantClose(t, it, nil)
		wantNext(t, it, over)
		wantAll(t, asynciter.FromSlice[int](nil), nil)
	})
}

// seq returns a sequence of 1, 2, ... n, and what it has done.
func seq(n int) (func(yield func(int) bool), *string) {
	state := "new"
	return func(yield func(int) bool) {
		state = "running"
		defer func() { state = "over" }()
		for i := range n {
			if !yield(i + 1) {
				return
			}
		}
	}, &state
}

func TestFromSeq(t *testing.T) {
	run(t, func() {
		s, state := seq(2)
		it := asynciter.FromSeq(s)
		want(t, "state", *state, "new")
		wantNext(t, it, value(1), value(2))
		want(t, "state", *state, "running")
		wantNext(t, it, over, over)
		want(t, "state", *state, "over")
		wantClose(t, it, nil)
	})
}

func TestFromSeqClosed(t *testing.T) {
	run(t, func() {
		s, state := seq(3)
		it := asynciter.FromSeq(s)
		wantNext(t, it, value(1))
		wantClose(t, it, nil)
		want(t, "state", *state, "over")
		wantNext(t, it, over)
		wantClose(t, it, nil)

		s, state = seq(3)
		it = asynciter.FromSeq(s)
		wantClose(t, it, nil)
		wantNext(t, it, over)
		want(t, "state", *state, "new")
	})
}

func TestFromSeqPanics(t *testing.T) {
	run(t, func() {
		it := asynciter.FromSeq(func(yield func(int) bool) {
			yield(1)
			panic(errBoom)
		})
		wantNext(t, it, value(1))
		wantPanic(t, func() { next(it) }, "boom")
		wantNext(t, it, over)
		wantClose(t, it, nil)
		it = asynciter.FromSeq(func(yield func(int) bool) {
			defer func() { panic(errBoom) }()
			yield(1)
		})
		wantNext(t, it, value(1))
		wantPanic(t, func() { wait(it.Close()) }, "boom")
		wantClose(t, it, nil)
	})
}

func TestFromQueue(t *testing.T) {
	run(t, func() {
		q := queues.New[int](0)
		it := asynciter.FromQueue(q)
		wantTimeout(t, it, ms)
		q.TryPut(1)
		q.TryPut(2)
		wantNext(t, it, value(1))
		rt.Current().Loop().CallLater(ms, func() { q.TryPut(3); q.Close() })
		wantNext(t, it, value(2), value(3), over, over)
		wantClose(t, it, nil)
	})
}

func TestFromQueueClosed(t *testing.T) {
	run(t, func() {
		q := queues.New[int](0)
		it := asynciter.FromQueue(q)
		waits := start(func() error { return wait(it.Next()) })
		wantNext(t, it, failed(asyncgen.ErrRunning))
		wantClose(t, it, nil)
		want(t, "error", wait(waits), rt.ErrGeneratorExit)
		wantNext(t, it, over)
		q.TryPut(1)
		wantNext(t, it, over)
		want(t, "left", q.Len(), 1)

		// A value comes just before the Close.
		it = asynciter.FromQueue(q)
		wantNext(t, it, value(1))
		last := start(func() error { wantNext(t, it, value(2)); return nil })
		q.TryPut(2)
		wantClose(t, it, nil)
		noError(t, wait(last))
	})
}

func TestToQueue(t *testing.T) {
	run(t, func() {
		s := upTo(3)
		q := queues.New[int](2)
		put := start(func() error {
			defer q.Close()
			return wait(asynciter.ToQueue(s, q))
		})
		want(t, "queue", q.Len(), 2)
		wantAll(t, asynciter.FromQueue(q), nil, 1, 2, 3)
		noError(t, wait(put))
		s.wantEnded(t)
	})
}

func TestToQueueFails(t *testing.T) {
	run(t, func() {
		s := newScript(step{v: 1}, step{err: errBoom})
		q := queues.New[int](0)
		want(t, "error", wait(asynciter.ToQueue(s, q)), errBoom)
		want(t, "closed", q.Closed(), false)
		want(t, "queue", q.Len(), 1)
		s.wantEnded(t)

		q.Close()
		s = upTo(3)
		want(t, "error", wait(asynciter.ToQueue(s, q)), queues.ErrClosed)
		s.wantEnded(t)

		full := queues.New[int](1)
		s = upTo(3)
		s.cleanup = 5 * ms
		put := start(func() error { return wait(asynciter.ToQueue(s, full)) })
		put.Cancel(nil)
		want(t, "cancelled", isCanceled(wait(put)), true)
		s.wantEnded(t)
	})
}

func TestCollect(t *testing.T) {
	run(t, func() {
		s := upTo(3)
		wantAll(t, iterator(s), nil, 1, 2, 3)
		s.wantEnded(t)
		s = newScript(step{v: 1}, step{err: errBoom})
		wantAll(t, iterator(s), errBoom, 1)
		s = upTo(2)
		s.closing = errClosing
		wantAll(t, iterator(s), errClosing, 1, 2)
	})
}

func TestBadArguments(t *testing.T) {
	testbed.Clean(t)
	some := asynciter.FromSlice([]int{1})
	fn := func(v int) rt.Expr[int] { return nil }
	for _, c := range []struct {
		texts []string
		call  func()
	}{
		{[]string{"FromSeq", "nil function"}, func() { asynciter.FromSeq[int](nil) }},
		{[]string{"FromQueue", "nil Queue"}, func() { asynciter.FromQueue[int](nil) }},
		{[]string{"ToQueue", "nil Queue"}, func() { _ = asynciter.ToQueue(some, nil) }},
		{[]string{"ToQueue", "nil Iterator"}, func() { _ = asynciter.ToQueue(nil, queues.New[int](0)) }},
		{[]string{"Collect", "nil Iterator"}, func() { _ = asynciter.Collect[int](nil) }},
		{[]string{"Map", "nil Iterator"}, func() { asynciter.Map(nil, 1, fn) }},
		{[]string{"Map", "limit 0", "at least 1"}, func() { asynciter.Map(some, 0, fn) }},
		{[]string{"Map", "nil function"}, func() { asynciter.Map[int, int, rt.Expr[int]](some, 1, nil) }},
		{[]string{"Merge", "nil Iterator"}, func() { asynciter.Merge(some, nil) }},
		{[]string{"Buffered", "nil Iterator"}, func() { asynciter.Buffered[int](nil, 1) }},
		{[]string{"Buffered", "0 values", "at least 1"}, func() { asynciter.Buffered(some, 0) }},
		{[]string{"Chunks", "nil Iterator"}, func() { asynciter.Chunks[int](nil, 1, 0) }},
		{[]string{"Chunks", "-1 values", "at least 1"}, func() { asynciter.Chunks(some, -1, 0) }},
		{[]string{"Chunks", "-1ms", "negative"}, func() { asynciter.Chunks(some, 1, -ms) }},
		{[]string{"Timeout", "nil Iterator"}, func() { asynciter.Timeout[int](nil, ms) }},
		{[]string{"Timeout", "0s", "positive"}, func() { asynciter.Timeout(some, 0) }},
	} {
		wantPanic(t, c.call, append(c.texts, "asynciter.")...)
	}
}

// An Iterator belongs to one loop.
func TestOtherLoop(t *testing.T) {
	all := []iterator{
		asynciter.FromSlice([]int{1, 2}),
		asynciter.FromSeq(slices.Values([]int{1, 2})),
		asynciter.Timeout(asynciter.FromSlice([]int{1, 2}), ms),
	}
	on := func(l *rt.Loop, fn func()) {
		_, err := rt.RunUntilComplete(l, do(func() error { fn(); return nil }))
		noError(t, err)
	}
	home, other := testbed.NewLoop(t), testbed.NewLoop(t)
	on(home, func() {
		for _, it := range all {
			wantNext(t, it, value(1))
		}
	})
	on(other, func() {
		for _, it := range all {
			wantPanic(t, func() { next(it) }, "asynchronous iterator", "loop")
		}
		wantPanic(t, func() { wait(all[1].Close()) }, "asynchronous iterator", "loop")
	})
	on(home, func() {
		for _, it := range all {
			wantNext(t, it, value(2))
			wantClose(t, it, nil)
		}
	})
}
