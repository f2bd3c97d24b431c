package streams

// This file is the buffered reader and what its operations have in common.

import (
	"errors"
	"fmt"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

const (
	// DefaultLimit is the limit of a [Reader] made by [NewReader], in bytes.
	DefaultLimit = 64 << 10

	smallest = 2 << 10 // of the buffers that a reader begins with
)

// A Source is what a [Reader] reads from: an [*netio.Conn], or a type that embeds
// one.
type Source interface {
	Read(p []byte) netio.ReadOp
}

// A Reader reads from a connection through a buffer.
//
// Only one operation at a time may be in progress. A cancelled one has taken
// nothing: what has arrived is there for the next. The slices that ReadLine,
// ReadUntil, ReadExactly and Peek result in lie in the buffer and are valid
// until the next operation begins; use string or bytes.Clone to keep one.
type Reader struct {
	src   Source
	limit int
	buf   []byte
	r, w  int   // buf[r:w] has arrived and was not taken yet
	owner *fill // the operation in progress
}

// NewReader returns a reader with a limit of [DefaultLimit].
func NewReader(src Source) *Reader { return NewReaderLimit(src, DefaultLimit) }

// NewReaderLimit returns a reader that looks through at most limit bytes for the
// end of a line or a separator: a peer that never sends it must not fill the
// memory. A limit that is not positive panics.
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

// A LimitError reports that a line, or what goes before a separator, is longer
// than the limit. The bytes are still there: [Reader.Discard] of Consumed skips
// them.
type LimitError struct {
	Limit    int
	Consumed int // bytes in which the separator does not begin
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("no separator within the limit of %d bytes: read what comes in pieces, skip it with Discard, or raise the limit with NewReaderLimit", e.Limit)
}

var errBusy = errors.New("another operation of this reader is in progress: read from one task at a time")

// Buffered returns the number of bytes that have arrived and were not read yet.
func (r *Reader) Buffered() int { return r.w - r.r }

// String returns how much is in the buffer, for debugging.
func (r *Reader) String() string {
	return fmt.Sprintf("streams.Reader(%d bytes buffered, limit %d)", r.Buffered(), r.limit)
}

// data returns what has arrived.
func (r *Reader) data() []byte { return r.buf[r.r:r.w] }

// take takes the next n bytes, which have arrived.
func (r *Reader) take(n int) []byte {
	p := r.buf[r.r : r.r+n : r.r+n]
	r.r += n
	return p
}

// room makes room for more, and for at least n bytes in all.
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

// A fill is an operation of a Reader in as far as it waits for bytes.
type fill struct {
	r     *Reader
	task  *rt.Task // nil: before the first poll
	read  netio.ReadOp
	begun bool // read is
	over  bool
}

// begin is the first poll.
func (f *fill) begin(t *rt.Task, op string) (err error, ready bool) {
	if f.over {
		panic(machine.Resumed(op))
	}
	if f.task != nil {
		return nil, true
	}
	if err, ready := t.Checkpoint(); err != nil || !ready {
		f.over = ready
		return err, ready
	}
	r := f.r
	if r.owner != nil && r.owner.task != t && !r.owner.task.Done() {
		f.over = true
		return errBusy, true
	}
	r.owner, f.task = f, t
	return nil, true
}

// more waits for at least one byte more, in a buffer for at least n in all.
func (f *fill) more(t *rt.Task, n int) (err error, ready bool) {
	r := f.r
	if !f.begun {
		r.room(n)
		f.read = r.src.Read(r.buf[r.w:])
		f.begun = true
	}
	n, err, ready = f.read.Poll(t)
	if ready {
		f.begun = false
		r.w += n
	}
	return err, ready
}

// end ends the operation.
func (f *fill) end() {
	f.over = true
	if f.r.owner == f {
		f.r.owner = nil
	}
}

// loop returns the loop that the source belongs to, or nil.
func (f *fill) loop() *rt.Loop { return f.r.src.Read(nil).Loop() }
