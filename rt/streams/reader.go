package streams

// This file implements the buffered reader and what its operations share.

import (
	"errors"
	"fmt"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

const (
	// DefaultLimit is the limit of a [Reader] made by [NewReader], in bytes.
	DefaultLimit = 64 << 10

	smallest = 2 << 10 // size of the first buffer of a reader
)

// A Source is what a [Reader] reads from: a [*netio.Conn], or a type that embeds one.
type Source interface {
	Read(p []byte) netio.ReadOp
}

// A Reader reads from a connection through a buffer.
//
// Only one operation may be in progress at a time. A cancelled operation has taken nothing: the
// next operation gets the data that has arrived. The slices that ReadLine, ReadUntil,
// ReadExactly and Peek return are parts of the buffer. They are valid until the next operation
// begins. Use string or bytes.Clone to keep the data.
type Reader struct {
	src   Source
	limit int
	buf   []byte
	r, w  int   // buf[r:w] has arrived and was not taken yet
	owner *fill // the operation in progress
}

// NewReader returns a reader with a limit of [DefaultLimit].
func NewReader(src Source) *Reader { return NewReaderLimit(src, DefaultLimit) }

// NewReaderLimit returns a reader that searches at most limit bytes for the end of a line or a
// separator. So a peer that never sends the separator cannot fill the memory. NewReaderLimit
// panics if limit is not positive.
func NewReaderLimit(src Source, limit int) *Reader {
	r := newReader(src, limit)
	return &r
}

func newReader(src Source, limit int) Reader {
	if limit <= 0 {
		panic(fmt.Errorf("streams: limit of %d bytes: it must be positive", limit))
	}
	return Reader{src: src, limit: limit}
}

// A LimitError reports that a line, or the data before a separator, is longer than the limit.
// The bytes are still in the reader. A [Reader.Discard] of Consumed bytes skips them.
type LimitError struct {
	Limit    int
	Consumed int // number of bytes in which the separator does not begin
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("no separator within the limit of %d bytes: read what comes in pieces, skip it with Discard, or raise the limit with NewReaderLimit", e.Limit)
}

var errBusy = errors.New("another operation of this reader is in progress: read from one task at a time")

// Buffered returns the number of bytes that have arrived and were not read yet.
func (r *Reader) Buffered() int { return r.w - r.r }

// String describes the buffer, for debugging.
func (r *Reader) String() string {
	return fmt.Sprintf("streams.Reader(%d bytes buffered, limit %d)", r.Buffered(), r.limit)
}

// data returns the bytes that have arrived and were not taken yet.
func (r *Reader) data() []byte { return r.buf[r.r:r.w] }

// take takes the next n bytes, which must have arrived.
func (r *Reader) take(n int) []byte {
	p := r.buf[r.r : r.r+n : r.r+n]
	r.r += n
	return p
}

// room makes room for more bytes, and for at least n in all.
func (r *Reader) room(n int) {
	if r.r == r.w {
		r.r, r.w = 0, 0
	}
	if r.r+n <= len(r.buf) && r.w < len(r.buf) {
		return
	}
	if n > len(r.buf) || r.Buffered() == len(r.buf) {
		bigger := make([]byte, max(n, 2*len(r.buf), smallest))
		r.w = copy(bigger, r.data())
		r.buf, r.r = bigger, 0
		return
	}
	r.w = copy(r.buf, r.data())
	r.r = 0
}

// A fill is the part of an operation of a Reader that waits for bytes.
type fill struct {
	r     *Reader
	task  *rt.Task // whose operation it is
	stage rt.Stage
	read  netio.ReadOp
	begun bool // read has begun
}

// begin begins a poll of the operation.
func (f *fill) begin(t *rt.Task, op string) (err error, ready bool) {
	first, err, ready := f.stage.Begin(t, op)
	if err != nil || !ready || !first {
		return err, ready
	}
	r := f.r
	if r.owner != nil && r.owner.task != t && !r.owner.task.Done() {
		return errBusy, true
	}
	r.owner, f.task = f, t
	return nil, true
}

// more waits for at least one more byte, in a buffer for at least n bytes in all.
func (f *fill) more(t *rt.Task, n int) (err error, ready bool) {
	r := f.r
	if !f.begun {
		r.room(n)
		f.read = r.src.Read(r.buf[r.w:])
		f.begun = true
	}
	n, err, ready = f.read.Poll(t)
	if !ready {
		f.stage.Suspend(t)
		return nil, false
	}
	f.begun = false
	r.w += n
	return err, true
}

// end ends the operation.
func (f *fill) end() {
	if f.r.owner == f {
		f.r.owner = nil
	}
}

// loop returns the loop that the source belongs to, or nil.
func (f *fill) loop() *rt.Loop { return f.r.src.Read(nil).Loop() }
