package asynciter_test

// This file tests Chunks and Timeout.

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/asynciter"
)

func TestChunks(t *testing.T) {
	for n, wanted := range map[int]string{
		1: "[[1] [2] [3] [4] [5]]",
		2: "[[1 2] [3 4] [5]]",
		5: "[[1 2 3 4 5]]",
		9: "[[1 2 3 4 5]]",
	} {
		run(t, func() {
			for _, within := range []time.Duration{0, time.Hour} {
				s := upTo(5)
				list, err := rt.Block(asynciter.Collect(asynciter.Chunks(s, n, within)))
				noError(t, err)
				want(t, "chunks", fmt.Sprint(list), wanted)
				s.wantEnded(t)
			}
		})
	}
	run(t, func() {
		list, err := rt.Block(asynciter.Collect(asynciter.Chunks(upTo(0), 3, 0)))
		noError(t, err)
		want(t, "chunks", len(list), 0)
	})
}

func TestChunksWithin(t *testing.T) {
	run(t, func() {
		// at 10, 13, 19, 60, 62, 63, 64
		s := newScript()
		for i, d := range []time.Duration{10, 3, 6, 41, 2, 1, 1} {
			s.steps = append(s.steps, step{after: d * ms, v: i})
		}
		it := asynciter.Chunks(s, 3, 5*ms)
		l := rt.Current().Loop()
		begin := l.Time()
		for _, c := range []struct {
			chunk []int
			at    time.Duration
		}{
			{[]int{0, 1}, 15}, {[]int{2}, 24}, {[]int{3, 4, 5}, 63}, {[]int{6}, 64},
		} {
			wantNext(t, it, value(c.chunk))
			want(t, "time", l.Time()-begin, c.at*ms)
		}
		wantNext(t, it, over)
		wantClose(t, it, nil)
		s.wantEnded(t)
	})
}

// A cancelled Next leaves the values, and the time goes on.
func TestChunksCancelled(t *testing.T) {
	run(t, func() {
		s := newScript(step{v: 1}, step{after: 4 * ms, v: 2}, step{after: 20 * ms, v: 3}, step{v: 4})
		it := asynciter.Chunks(s, 3, 10*ms)
		wantTimeout(t, it, 2*ms)
		wantTimeout(t, it, 3*ms)
		want(t, "time", elapsed(func() { wantNext(t, it, value([]int{1, 2})) }), 5*ms)
		wantTimeout(t, it, 11*ms)
		wait(rt.Sleep(time.Hour))
		wantNext(t, it, value([]int{3, 4}), over)

		it = asynciter.Chunks(newScript(step{v: 1}, step{after: 10 * ms, v: 2}), 2, 3*ms)
		wantTimeout(t, it, ms)
		wait(rt.Sleep(time.Hour))
		// The time is over: there is no wait for the second value, although it is there.
		want(t, "time", elapsed(func() { wantNext(t, it, value([]int{1})) }), 0)
		wantNext(t, it, value([]int{2}), over)
		wantClose[[]int](t, it, nil)
	})
}

func TestChunksSourceFails(t *testing.T) {
	for _, within := range []time.Duration{0, 10 * ms} {
		run(t, func() {
			s := newScript(step{v: 1}, step{v: 2}, step{after: ms, err: errBoom})
			it := asynciter.Chunks(s, 5, within)
			wantNext(t, it, value([]int{1, 2}), failed(errBoom), over)
			wantClose(t, it, nil)

			s = newScript(step{v: 1}, step{v: 2}, step{after: ms, err: errBoom})
			it = asynciter.Chunks(s, 2, within)
			wantNext(t, it, value([]int{1, 2}), failed(errBoom), over)
			wantClose(t, it, nil)

			// Close returns an error that nobody has seen.
			s = newScript(step{v: 1}, step{err: errBoom})
			it = asynciter.Chunks(s, 2, within)
			wantNext(t, it, value([]int{1}))
			wantClose(t, it, errBoom)
			wantClose(t, it, nil)
			wantNext(t, it, over)
		})
	}
}

// An error that is not the end of the source, such as that of a Timeout inside.
func TestChunksGoesOnAfterAnError(t *testing.T) {
	run(t, func() {
		s := newScript(step{v: 1}, step{after: 10 * ms, v: 2}, step{v: 3})
		it := asynciter.Chunks(asynciter.Timeout(s, 7*ms), 2, 0)
		wantNext(t, it, value([]int{1}))
		want(t, "timeout", isTimeout(next(it).err), true)
		wantNext(t, it, value([]int{2, 3}), over)
		wantClose(t, it, nil)
	})
}

// Each chunk has an array of its own.
func TestChunksAreIndependent(t *testing.T) {
	run(t, func() {
		it := asynciter.Chunks(upTo(4), 2, 0)
		a, err := rt.Block(it.Next())
		noError(t, err)
		b, err := rt.Block(it.Next())
		noError(t, err)
		_ = append(a.V1, 9)
		want(t, "chunks", fmt.Sprint(a.V1, b.V1), "[1 2] [3 4]")
		wantClose(t, it, nil)
	})
}

func TestTimeout(t *testing.T) {
	run(t, func() {
		s := newScript(step{after: 2 * ms, v: 1}, step{after: 12 * ms, v: 2}, step{after: 2 * ms, v: 3})
		it := asynciter.Timeout(s, 5*ms)
		wantNext(t, it, value(1))
		for range 2 {
			took := elapsed(func() { want(t, "timeout", isTimeout(next(it).err), true) })
			want(t, "time", took, 5*ms)
		}
		want(t, "time", elapsed(func() { wantNext(t, it, value(2)) }), 2*ms)
		wait(rt.Sleep(time.Hour)) // which does not count
		wantNext(t, it, value(3), over)
		wantClose(t, it, nil)
		s.wantEnded(t)
	})
}

// If the task is cancelled, too, that is the error.
func TestTimeoutOfACancelledTask(t *testing.T) {
	run(t, func() {
		s := newScript(step{after: time.Hour, v: 1})
		it := asynciter.Timeout(s, 5*ms)
		var task *rt.TaskOf[rt.Void]
		task = start(func() error {
			rt.Current().Loop().CallLater(5*ms, func() { task.Cancel(errBoom) })
			err := wait(it.Next())
			want(t, "cancelled", isCanceled(err), true)
			wantClose(t, it, nil)
			return nil
		})
		wait(task)
		s.wantEnded(t)
	})
}

func TestOneNextAtATime(t *testing.T) {
	run(t, func() {
		s := newScript(step{v: 1}, step{after: 10 * ms, v: 2})
		timeout := asynciter.Timeout(s, time.Hour)
		wantNext(t, timeout, value(1))
		waits := start(func() error { wantNext(t, timeout, value(2)); return nil })
		wantNext(t, timeout, failed(asyncgen.ErrRunning))
		noError(t, wait(waits))
		wantNext(t, timeout, over)
		wantClose(t, timeout, nil)

		s = newScript(step{v: 1}, step{after: 10 * ms, v: 2})
		chunks := asynciter.Chunks(s, 1, time.Hour)
		wantNext(t, chunks, value([]int{1}))
		waits = start(func() error { wantNext(t, chunks, value([]int{2})); return nil })
		wantNext(t, chunks, failed(asyncgen.ErrRunning))
		noError(t, wait(waits))
		wantNext(t, chunks, over)
		wantClose(t, chunks, nil)
	})
}

// A spoiler is an Iterator whose errors have a failure beside them, or say where they are from.
type spoiler struct {
	iterator
	next  asyncgen.NextOp[int]
	spoil func(error) error
}

func (s *spoiler) Next() asyncgen.NextOp[int] { return asyncgen.NextOf(s) }

func (s *spoiler) PollNext(t *rt.Task, first bool) (v rt.Two[int, bool], err error, ready bool) {
	if first {
		s.next = s.iterator.Next()
	}
	v, err, ready = s.next.Poll(t)
	if err != nil {
		err = s.spoil(err)
	}
	return v, err, ready
}

func (s *spoiler) PollClose(t *rt.Task, first bool) (err error, ready bool) { return nil, true }

// The end of the time may be wrapped. A failure that is joined to it is not lost.
func TestChunksFailureAtTheEndOfTheTime(t *testing.T) {
	for _, c := range []struct {
		spoil func(error) error
		want  error
	}{
		{func(err error) error { return fmt.Errorf("reading: %w", err) }, nil},
		{func(err error) error { return errors.Join(err, errBoom) }, errBoom},
	} {
		run(t, func() {
			source := newScript(step{v: 1}, step{after: time.Hour, v: 2})
			it := asynciter.Chunks(&spoiler{iterator: source, spoil: c.spoil}, 5, ms)
			wantNext(t, it, value([]int{1}))
			if c.want != nil {
				want(t, "error", errors.Is(next(it).err, c.want), true)
			}
			noError(t, wait(it.Close()))
			noError(t, wait(source.Close()))
		})
	}
}
