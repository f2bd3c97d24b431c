package pause

// This file makes awaits of reads and writes, and runs coroutines where there
// is no loop.

import (
	"errors"
	"io"
	"sync"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
)

// An IO does one thing, after it has suspended now and then. Its value is
// awaited once.
type IO[T any] struct {
	op Op
	do func() (T, error)
}

// Awaitable makes IO an [rt.Expr].
func (o IO[T]) Awaitable() rt.Awaitable[T] { return &o }

// Poll makes progress on behalf of t.
func (o *IO[T]) Poll(t *rt.Task) (v T, err error, ready bool) {
	if _, _, ready = o.op.Poll(t); !ready {
		return v, nil, false
	}
	v, err = o.do()
	return v, err, true
}

// Read returns the operation r.Read(p).
func Read(r io.Reader, p []byte) IO[int] {
	return IO[int]{do: func() (int, error) { return r.Read(p) }}
}

// Write returns the operation w.Write(p).
func Write(w io.Writer, p []byte) IO[int] {
	return IO[int]{do: func() (int, error) { return w.Write(p) }}
}

// ReadByte returns the operation r.ReadByte().
func ReadByte(r io.ByteReader) IO[byte] { return IO[byte]{do: r.ReadByte} }

// WriteByte returns the operation w.WriteByte(c).
func WriteByte(w io.ByteWriter, c byte) IO[rt.Void] {
	return IO[rt.Void]{do: func() (rt.Void, error) { return rt.Void{}, w.WriteByte(c) }}
}

// WriteString returns the operation w.WriteString(s).
func WriteString(w io.StringWriter, s string) IO[int] {
	return IO[int]{do: func() (int, error) { return w.WriteString(s) }}
}

// ReadRune returns the operation r.ReadRune().
func ReadRune(r io.RuneReader) IO[rt.Two[rune, int]] {
	return IO[rt.Two[rune, int]]{do: func() (v rt.Two[rune, int], err error) {
		v.V1, v.V2, err = r.ReadRune()
		return v, err
	}}
}

// Run polls c until it is done, on behalf of a task of a loop that does not run: the
// operations of this package need none, and nothing else may be awaited in c. So it can
// be called by what c calls, too.
func Run[T any](c rt.Coroutine[T]) (T, error) {
	t := idle.Get().(*rt.Task)
	for {
		if v, err, ready := c.Poll(t); ready {
			idle.Put(t)
			return v, err
		}
	}
}

// idle are tasks of loops that do not run.
var idle = sync.Pool{New: func() any {
	l, err := rt.NewLoop(rt.WithPoller(noPoller{}))
	if err != nil {
		panic(err)
	}
	return &rt.Start(l, Here()).Task
}}

// A noPoller has nothing to poll.
type noPoller struct{}

func (noPoller) Add(int, rt.Readiness) error { return errors.ErrUnsupported }
func (noPoller) Remove(int) error            { return errors.ErrUnsupported }
func (noPoller) Wait(time.Duration) error    { return nil }
func (noPoller) Wakeup() error               { return nil }
func (noPoller) Close() error                { return nil }
