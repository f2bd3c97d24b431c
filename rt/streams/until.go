package streams

// This file is the operations of a Reader that look for the end of something.

import (
	"bytes"
	"errors"
	"io"

	"github.com/coroutinegen/coroutinegen/rt"
)

// ReadLine returns the operation that reads a line, and with it its end, "\n".
// The last line of a stream may come without one. When there is no more, the error
// is io.EOF. A line that is longer than the limit is a [*LimitError].
func (r *Reader) ReadLine() ReadLineOp { return ReadLineOp{search{fill: fill{r: r}}} }

// A ReadLineOp is the operation that [Reader.ReadLine] returns.
type ReadLineOp struct{ search }

// Poll implements [rt.Awaitable].
func (o *ReadLineOp) Poll(t *rt.Task) (line []byte, err error, ready bool) {
	if err, ready := o.begin(t, "ReadLine"); err != nil || !ready {
		return nil, err, ready
	}
	line, err, ready = o.until(t, 1)
	if len(line) > 0 && err == io.ErrUnexpectedEOF {
		err = nil
	}
	return line, err, ready
}

// Awaitable implements [rt.Expr].
func (o ReadLineOp) Awaitable() rt.Awaitable[[]byte] { return &o }

// ReadUntil returns the operation that reads up to and including separator. If
// the stream ends before, it results in what there is and io.ErrUnexpectedEOF,
// or io.EOF if there is nothing. If there is more than the limit before the
// separator, the error is a [*LimitError]. An empty separator panics.
func (r *Reader) ReadUntil(separator string) ReadUntilOp { return r.ReadUntilAny(separator) }

// ReadUntilAny is [Reader.ReadUntil] for several separators: it reads up to the
// end of the one that ends first, or begins first of those that end there.
func (r *Reader) ReadUntilAny(separator string, more ...string) ReadUntilOp {
	o := ReadUntilOp{search: search{fill: fill{r: r}, separator: separator, more: more}}
	o.longest = len(separator)
	shortest := len(separator)
	for _, s := range more {
		o.longest = max(o.longest, len(s))
		shortest = min(shortest, len(s))
	}
	if shortest == 0 {
		panic(errors.New("streams: empty separator"))
	}
	return o
}

// A ReadUntilOp is the operation that [Reader.ReadUntil] returns.
type ReadUntilOp struct {
	search
	longest int // of the separators
}

// Poll implements [rt.Awaitable].
func (o *ReadUntilOp) Poll(t *rt.Task) (p []byte, err error, ready bool) {
	if err, ready := o.begin(t, "ReadUntil"); err != nil || !ready {
		return nil, err, ready
	}
	return o.until(t, o.longest)
}

// Awaitable implements [rt.Expr].
func (o ReadUntilOp) Awaitable() rt.Awaitable[[]byte] { return &o }

// A search is a fill until something is found.
type search struct {
	fill
	separator string // "": the end of a line
	more      []string
	seen      int // bytes in which no separator begins
}

// until waits for a separator, of which the longest has so many bytes.
func (o *search) until(t *rt.Task, longest int) (p []byte, err error, ready bool) {
	r := o.r
	for {
		begin, end := o.find(r.data()[o.seen:])
		if begin >= 0 {
			begin += o.seen
			end += o.seen
			o.end()
			if begin > r.limit {
				return nil, &LimitError{r.limit, begin}, true
			}
			return r.take(end), nil, true
		}
		o.seen = max(o.seen, r.Buffered()-longest+1)
		if o.seen > r.limit {
			o.end()
			return nil, &LimitError{r.limit, o.seen}, true
		}
		if err, ready := o.fill.more(t, 0); !ready {
			return nil, nil, false
		} else if err != nil {
			o.end()
			if err != io.EOF {
				return nil, err, true
			}
			if r.Buffered() > 0 {
				err = io.ErrUnexpectedEOF
			}
			return r.take(r.Buffered()), err, true
		}
	}
}

// find returns where the separator begins and ends that ends first, -1 if there
// is none.
func (o *search) find(p []byte) (begin, end int) {
	if o.separator == "" {
		i := bytes.IndexByte(p, '\n')
		return i, i + 1
	}
	begin, end = index(p, o.separator, -1, -1)
	for _, s := range o.more {
		begin, end = index(p, s, begin, end)
	}
	return begin, end
}

// index returns where s begins and ends, if it ends before end or there ahead
// of begin, else these.
func index(p []byte, s string, begin, end int) (int, int) {
	if end >= 0 {
		p = p[:end] // one that ends later does not count
	}
	i := bytes.Index(p, []byte(s))
	if i < 0 || end >= 0 && i+len(s) == end && i > begin {
		return begin, end
	}
	return i, i + len(s)
}

// Loop returns the loop that the connection belongs to, or nil.
func (o search) Loop() *rt.Loop { return o.loop() }
