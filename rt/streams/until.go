package streams

// This file implements the operations of a Reader that search for the end of a line or a
// separator.

import (
	"bytes"
	"errors"
	"io"

	"github.com/coroutinegen/coroutinegen/rt"
)

// ReadLine returns the operation that reads a line including its end, "\n". The last line of a
// stream may have no end. If there is no further line, the error is io.EOF. If a line is longer
// than the limit, the error is a [*LimitError].
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

// ReadUntil returns the operation that reads up to and including separator. If the stream ends
// before the separator, ReadUntil returns the data before the end and io.ErrUnexpectedEOF, or
// io.EOF if there is no data. If the data before the separator is longer than the limit, the
// error is a [*LimitError]. ReadUntil panics if separator is empty.
func (r *Reader) ReadUntil(separator string) ReadUntilOp { return r.ReadUntilAny(separator) }

// ReadUntilAny is like [Reader.ReadUntil], for several separators. It reads up to the end of
// the separator that ends first. If several end there, it uses the one that begins first.
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
	longest int // length of the longest separator
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

// A search is a fill that waits until something is found.
type search struct {
	fill
	separator string // "": the end of a line
	more      []string
	seen      int // number of bytes in which no separator begins
}

// until waits for a separator. longest is the length of the longest separator.
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

// find returns where the separator that ends first begins and ends. It returns -1 if there is
// none.
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

// index returns where s begins and ends, if s ends before end, or at end and begins before
// begin. Otherwise it returns begin and end.
func index(p []byte, s string, begin, end int) (int, int) {
	if end >= 0 {
		p = p[:end] // a separator that ends later does not count
	}
	i := bytes.Index(p, []byte(s))
	if i < 0 || end >= 0 && i+len(s) == end && i > begin {
		return begin, end
	}
	return i, i + len(s)
}

// Loop returns the loop that the connection belongs to, or nil.
func (o search) Loop() *rt.Loop { return o.loop() }
