package asynciter

import (
	"fmt"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
)

// Timeout returns an Iterator over the values of it whose Next waits no longer than d, which must
// be positive. After d, Next fails with an error that is context.DeadlineExceeded, as [rt.Timeout]
// does. Nothing is lost: the next Next waits for the same value, with the full time again. The time
// between two calls of Next does not count. Timeout needs no task.
func Timeout[V any](it asyncgen.Iterator[V], d time.Duration) asyncgen.Iterator[V] {
	mustExist("Timeout", it)
	if d <= 0 {
		panic(fmt.Errorf("asynciter.Timeout after %v: it must be positive", d))
	}
	return &limited[V]{of: it, d: d}
}

// limited implements the Iterator of [Timeout].
type limited[V any] struct {
	turn turn
	of   asyncgen.Iterator[V]
	d    time.Duration
	next asyncgen.NextOp[V]
	closers
}

func (l *limited[V]) Next() asyncgen.NextOp[V] { return asyncgen.NextOf(l) }
func (l *limited[V]) Close() asyncgen.CloseOp  { return asyncgen.CloseOf(l) }

// PollNext implements [asyncgen.Poller].
func (l *limited[V]) PollNext(t *rt.Task, first bool) (v rt.Two[V, bool], err error, ready bool) {
	if first {
		if err := l.turn.begin(t); err != nil {
			return v, err, true
		}
		l.next = l.of.Next()
		l.turn.scope = t.OpenTimeout(l.d)
	}
	suspended := false
	defer l.turn.leave(&suspended)
	v, err, ready = l.next.Poll(t)
	suspended = !ready
	if err != nil {
		if late, outer := l.turn.missed(err); late && outer != nil { // as rt.Timeout
			err = outer
		}
	}
	return v, err, ready
}

// PollClose implements [asyncgen.Poller].
func (l *limited[V]) PollClose(t *rt.Task, first bool) (err error, ready bool) {
	return l.closers.poll(t, first, l.of)
}

// Where implements [rt.Locator].
func (l *limited[V]) Where() (line string, on any) { return "", &l.next }
