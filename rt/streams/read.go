package streams

// This file implements the operations of a Reader that read a number of bytes, or all bytes.

import (
	"fmt"
	"io"

	"github.com/coroutinegen/coroutinegen/rt"
)

// Read returns the operation that reads up to len(p) bytes into p, at least one
// unless p is empty: see [netio.Conn.Read].
func (r *Reader) Read(p []byte) ReadOp { return ReadOp{fill: fill{r: r}, p: p} }

// A ReadOp is the operation that [Reader.Read] returns.
type ReadOp struct {
	fill
	p []byte
}

// Poll implements [rt.Awaitable].
func (o *ReadOp) Poll(t *rt.Task) (n int, err error, ready bool) {
	if err, ready := o.begin(t, "Read"); err != nil || !ready {
		return 0, err, ready
	}
	r := o.r
	switch {
	case len(o.p) == 0:
	case r.Buffered() > 0:
		n = copy(o.p, r.data())
		r.r += n
	case len(o.p) >= smallest: // the buffer would only add a copy
		if !o.begun {
			o.read = r.src.Read(o.p)
			o.begun = true
		}
		if n, err, ready = o.read.Poll(t); !ready {
			o.stage.Suspend(t)
			return 0, nil, false
		}
	default:
		if err, ready = o.more(t, 0); !ready {
			return 0, nil, false
		}
		n = copy(o.p, r.data())
		r.r += n
	}
	o.end()
	return n, err, true
}

// Loop returns the loop that the connection belongs to, or nil.
func (o ReadOp) Loop() *rt.Loop { return o.loop() }

// Awaitable implements [rt.Expr].
func (o ReadOp) Awaitable() rt.Awaitable[int] { return &o }

// ReadFull returns the operation that fills p. If the stream ends before the first byte, the
// error is io.EOF. If it ends later, the error is io.ErrUnexpectedEOF, and the bytes that came
// are in p and taken. A cancelled ReadFull leaves the bytes for the next operation.
func (r *Reader) ReadFull(p []byte) ReadFullOp { return ReadFullOp{fill: fill{r: r}, p: p} }

// A ReadFullOp is the operation that [Reader.ReadFull] returns.
type ReadFullOp struct {
	fill
	p []byte
}

// Poll implements [rt.Awaitable].
func (o *ReadFullOp) Poll(t *rt.Task) (n int, err error, ready bool) {
	if err, ready := o.begin(t, "ReadFull"); err != nil || !ready {
		return 0, err, ready
	}
	p, err, ready := o.exactly(t, len(o.p))
	if ready {
		n = copy(o.p, p)
	}
	return n, err, ready
}

// Loop returns the loop that the connection belongs to, or nil.
func (o ReadFullOp) Loop() *rt.Loop { return o.loop() }

// Awaitable implements [rt.Expr].
func (o ReadFullOp) Awaitable() rt.Awaitable[int] { return &o }

// ReadExactly returns the operation that reads n bytes. The limit of the reader does not apply.
// If the stream ends before, ReadExactly returns the data before the end, and the error is that
// of [Reader.ReadFull].
func (r *Reader) ReadExactly(n int) ReadExactlyOp {
	if n < 0 {
		panic(fmt.Errorf("streams: ReadExactly of %d bytes", n))
	}
	return ReadExactlyOp{fill: fill{r: r}, n: n}
}

// A ReadExactlyOp is the operation that [Reader.ReadExactly] returns.
type ReadExactlyOp struct {
	fill
	n int
}

// Poll implements [rt.Awaitable].
func (o *ReadExactlyOp) Poll(t *rt.Task) (p []byte, err error, ready bool) {
	if err, ready := o.begin(t, "ReadExactly"); err != nil || !ready {
		return nil, err, ready
	}
	return o.exactly(t, o.n)
}

// exactly waits for n bytes. The buffer grows as they come, because n may come from a peer that
// is not trusted.
func (f *fill) exactly(t *rt.Task, n int) (p []byte, err error, ready bool) {
	r := f.r
	for r.Buffered() < n {
		if err, ready := f.more(t, min(n, 2*r.Buffered())); !ready {
			return nil, nil, false
		} else if err != nil {
			f.end()
			if err != io.EOF {
				return nil, err, true
			}
			if r.Buffered() > 0 {
				err = io.ErrUnexpectedEOF
			}
			return r.take(r.Buffered()), err, true
		}
	}
	f.end()
	return r.take(n), nil, true
}

// Loop returns the loop that the connection belongs to, or nil.
func (o ReadExactlyOp) Loop() *rt.Loop { return o.loop() }

// Awaitable implements [rt.Expr].
func (o ReadExactlyOp) Awaitable() rt.Awaitable[[]byte] { return &o }

// Peek returns the operation that waits for n bytes and returns them without taking them. If
// the stream ends before, Peek returns the data before the end and io.EOF.
func (r *Reader) Peek(n int) PeekOp {
	if n < 0 {
		panic(fmt.Errorf("streams: Peek at %d bytes", n))
	}
	return PeekOp{fill: fill{r: r}, n: n}
}

// A PeekOp is the operation that [Reader.Peek] returns.
type PeekOp struct {
	fill
	n int
}

// Poll implements [rt.Awaitable].
func (o *PeekOp) Poll(t *rt.Task) (p []byte, err error, ready bool) {
	if err, ready := o.begin(t, "Peek"); err != nil || !ready {
		return nil, err, ready
	}
	r := o.r
	for r.Buffered() < o.n {
		if err, ready = o.more(t, min(o.n, 2*r.Buffered())); !ready {
			return nil, nil, false
		} else if err != nil {
			break
		}
	}
	o.end()
	if err != nil && err != io.EOF {
		return nil, err, true
	}
	return r.data()[:min(o.n, r.Buffered())], err, true
}

// Loop returns the loop that the connection belongs to, or nil.
func (o PeekOp) Loop() *rt.Loop { return o.loop() }

// Awaitable implements [rt.Expr].
func (o PeekOp) Awaitable() rt.Awaitable[[]byte] { return &o }

// Discard returns the operation that skips n bytes. The result is the number of bytes skipped.
// It is less than n only together with an error, which is io.EOF if the stream has ended.
func (r *Reader) Discard(n int) DiscardOp {
	if n < 0 {
		panic(fmt.Errorf("streams: Discard of %d bytes", n))
	}
	return DiscardOp{fill: fill{r: r}, left: n}
}

// A DiscardOp is the operation that [Reader.Discard] returns.
type DiscardOp struct {
	fill
	left, n int
}

// Poll implements [rt.Awaitable].
func (o *DiscardOp) Poll(t *rt.Task) (n int, err error, ready bool) {
	if err, ready := o.begin(t, "Discard"); err != nil || !ready {
		return 0, err, ready
	}
	r := o.r
	for {
		k := min(o.left, r.Buffered())
		r.r += k
		o.n += k
		if o.left -= k; o.left == 0 {
			break
		}
		if err, ready = o.more(t, 0); !ready {
			return 0, nil, false
		} else if err != nil {
			break
		}
	}
	o.end()
	return o.n, err, true
}

// Loop returns the loop that the connection belongs to, or nil.
func (o DiscardOp) Loop() *rt.Loop { return o.loop() }

// Awaitable implements [rt.Expr].
func (o DiscardOp) Awaitable() rt.Awaitable[int] { return &o }

// ReadAll returns the operation that reads to the end of the stream. The caller owns the
// result. If the error is not nil, the data that has come is left for the next operation.
func (r *Reader) ReadAll() ReadAllOp { return ReadAllOp{fill: fill{r: r}} }

// A ReadAllOp is the operation that [Reader.ReadAll] returns.
type ReadAllOp struct {
	fill
	limit int // 0: none
}

// Limit makes o fail with a [*TooLongError] if there are more than limit bytes. So a peer that
// is not trusted cannot fill the memory. Limit panics if limit is not positive.
func (o ReadAllOp) Limit(limit int) ReadAllOp {
	if limit <= 0 {
		panic(fmt.Errorf("streams: limit of %d bytes: it must be positive", limit))
	}
	o.limit = limit
	return o
}

// A TooLongError reports a stream that is longer than the limit.
type TooLongError struct{ Limit int } // in bytes

func (e *TooLongError) Error() string {
	return fmt.Sprintf("more than %d bytes: read what comes in pieces, or raise the limit", e.Limit)
}

// Poll implements [rt.Awaitable].
func (o *ReadAllOp) Poll(t *rt.Task) (p []byte, err error, ready bool) {
	if err, ready := o.begin(t, "ReadAll"); err != nil || !ready {
		return nil, err, ready
	}
	r := o.r
	for {
		err, ready := o.more(t, 0)
		if !ready {
			return nil, nil, false
		}
		if o.limit > 0 && r.Buffered() > o.limit {
			err = &TooLongError{o.limit}
		}
		if err == io.EOF {
			p = r.take(r.Buffered())
			r.buf, r.r, r.w = nil, 0, 0
			err = nil
		} else if err == nil {
			continue
		}
		o.end()
		return p, err, true
	}
}

// Loop returns the loop that the connection belongs to, or nil.
func (o ReadAllOp) Loop() *rt.Loop { return o.loop() }

// Awaitable implements [rt.Expr].
func (o ReadAllOp) Awaitable() rt.Awaitable[[]byte] { return &o }
