package streams

// This file is the buffered writer: what it takes in, and how the loop sends it.

import (
	"errors"
	"fmt"
	"net"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// The usual water marks of a [Writer], in bytes.
const (
	DefaultHigh = 64 << 10
	DefaultLow  = DefaultHigh / 4
)

// sendBlock is the most that a writer gives the connection at a time: after
// each one it looks who waits for room.
const sendBlock = 64 << 10

// keptBuffers is how much memory a writer with nothing to send may hold.
const keptBuffers = 16 << 10

// A Sink is what a [Writer] writes to: an [*netio.Conn], or a type that embeds one.
type Sink interface {
	Write(p []byte) netio.WriteOp
	CloseWrite() error
	Close() error
	Abort() error
	SetLayer(l netio.Layer)
	Attach(l *rt.Loop) error
	Loop() *rt.Loop
}

// A Writer takes in what is to be sent over a connection without waiting; a
// task of the loop sends it. It is an io.Writer, io.StringWriter and
// io.ByteWriter. Whoever writes much awaits [Writer.Drain] now and then, else
// the buffer grows without limit. Whoever cannot wait, for one peer among many,
// sets a limit by [Writer.SetHardLimit].
//
// A failure to send is the error of all later calls and operations.
type Writer struct {
	sink      Sink
	high, low int
	hard      int // 0: none

	buf     []byte // taken in, not sent
	block   []byte // the rest of what is being sent
	spare   []byte // the other half of a double buffer
	op      netio.WriteOp
	opBegun bool
	sender  bool // a task is sending

	state   writerState
	err     error
	lost    bool       // something of what was taken in is
	waiting []*rt.Task // in an operation; woken at every change
}

type writerState uint8

const (
	writerOpen    writerState = iota
	writerEnding              // WriteEOF was called
	writerEnded               // and has been sent
	writerClosing             // Close was called
	writerClosed              // and the connection is closed
)

// NewWriter returns a writer to sink with the usual water marks. If sink was not
// used before, the first call that sends must come from a task of the loop that
// it is to belong to.
func NewWriter(sink Sink) *Writer {
	w := newWriter(sink)
	return &w
}

func newWriter(sink Sink) Writer {
	return Writer{sink: sink, high: DefaultHigh, low: DefaultLow}
}

// SetLimits sets the water marks of [Writer.Drain], in bytes: 0 <= low <= high,
// else it panics.
func (w *Writer) SetLimits(low, high int) {
	if low < 0 || low > high {
		panic(fmt.Errorf("streams: water marks %d and %d: want 0 <= low <= high", low, high))
	}
	w.low, w.high = low, high
	w.changed()
}

// Limits returns the water marks.
func (w *Writer) Limits() (low, high int) { return w.low, w.high }

// SetHardLimit sets how many bytes may wait to be sent: a write that would lead
// to more fails with a [*FullError], and nothing of it is taken in. The writer goes
// on, so who has no use for the rest aborts it. The limit should be more than the
// high water mark. Zero, as in the beginning, is no limit; a negative one panics.
func (w *Writer) SetHardLimit(limit int) {
	if limit < 0 {
		panic(fmt.Errorf("streams: hard limit of %d bytes", limit))
	}
	w.hard = limit
}

// HardLimit returns the limit of [Writer.SetHardLimit].
func (w *Writer) HardLimit() int { return w.hard }

// A FullError reports a write that would lead to more than the hard limit waiting
// to be sent: the peer does not read, or not as fast as we write.
type FullError struct {
	Limit    int // in bytes
	Buffered int // bytes that wait
}

func (e *FullError) Error() string {
	return fmt.Sprintf("%d bytes wait to be sent, and the limit is %d: wait with Drain, or give up on a peer that is too slow", e.Buffered, e.Limit)
}

// Buffered returns the number of bytes taken in that the connection has not
// taken yet.
func (w *Writer) Buffered() int { return len(w.buf) + len(w.block) }

// Err returns why sending has failed, or nil.
func (w *Writer) Err() error { return w.err }

// Write takes in p, of which it keeps a copy, and never waits.
func (w *Writer) Write(p []byte) (int, error) {
	if err := w.writable(len(p)); err != nil {
		return 0, err
	}
	w.buf = append(w.buf, p...)
	w.send()
	return len(p), nil
}

// WriteString is Write for a string.
func (w *Writer) WriteString(s string) (int, error) {
	if err := w.writable(len(s)); err != nil {
		return 0, err
	}
	w.buf = append(w.buf, s...)
	w.send()
	return len(s), nil
}

// WriteByte is Write for a byte.
func (w *Writer) WriteByte(b byte) error {
	if err := w.writable(1); err != nil {
		return err
	}
	w.buf = append(w.buf, b)
	w.send()
	return nil
}

var errAfterEOF = errors.New("write after WriteEOF")

// writable returns why n bytes cannot be written, or nil.
func (w *Writer) writable(n int) error {
	switch {
	case w.err != nil:
		return w.err
	case w.state >= writerClosing:
		return net.ErrClosed
	case w.state != writerOpen:
		return errAfterEOF
	case w.hard > 0 && w.Buffered()+n > w.hard:
		return &FullError{w.hard, w.Buffered()}
	}
	return nil
}

// WriteEOF lets the peer read the end of the stream after what was written.
// Reading goes on.
func (w *Writer) WriteEOF() error {
	if w.err != nil {
		return w.err
	}
	switch w.state {
	case writerOpen:
		w.state = writerEnding
		w.send()
	case writerEnding, writerEnded:
	default:
		return net.ErrClosed
	}
	return nil
}

// Close takes in nothing more, and closes the connection once what was written is sent.
// Closing again does nothing. Close does not wait: [Writer.WaitClosed] does. If the loop
// ends before everything is sent, the rest is lost, and [rt.Run] returns an
// [*rt.UnsentError]. A peer that does not read holds up the sending; [Writer.Abort] does
// not wait for it.
func (w *Writer) Close() error {
	if w.state >= writerClosing {
		return nil
	}
	if w.state == writerEnding || w.Buffered() > 0 && w.err == nil {
		w.state = writerClosing
		w.send()
		return nil
	}
	return w.shut()
}

// Abort closes the connection at once. What is not sent is lost; then the peer is
// told, by a reset if the connection has such a thing: see [netio.Conn.Abort]. So it
// is if sending has failed.
func (w *Writer) Abort() error {
	if w.state == writerClosed {
		return nil
	}
	if w.err == nil && w.Buffered() > 0 {
		w.err = net.ErrClosed
		w.lost = true
	}
	return w.shut()
}

// Closing reports whether Close or Abort was called.
func (w *Writer) Closing() bool { return w.state >= writerClosing }

// shut closes the connection.
func (w *Writer) shut() error {
	w.state = writerClosed
	w.sink.SetLayer(nil)
	w.changed()
	if w.lost {
		return w.sink.Abort()
	}
	return w.sink.Close()
}

// writerLayer is how a Writer that has something to send closes its connection.
type writerLayer Writer

// CloseLayer implements [netio.Layer].
func (l *writerLayer) CloseLayer(now bool) bool {
	w := (*Writer)(l)
	if now {
		w.Abort()
	} else {
		w.Close()
	}
	return true
}

// Unsent implements [netio.Unsender]. The end of the stream is nothing that can be
// lost: the peer reads it either way.
func (l *writerLayer) Unsent() bool {
	w := (*Writer)(l)
	return w.lost || w.Buffered() > 0
}

// fail ends sending.
func (w *Writer) fail(err error) {
	w.err = err
	w.lost = w.Buffered() > 0
	w.buf, w.block, w.spare = nil, nil, nil
	if w.state == writerClosing {
		w.shut()
	}
	w.changed()
}

// changed wakes those who wait for something.
func (w *Writer) changed() {
	for _, t := range w.waiting {
		t.Wake()
	}
}

// send makes sure that a task sends what there is.
func (w *Writer) send() {
	if w.sender || w.state == writerOpen && len(w.buf) == 0 {
		return
	}
	l := w.sink.Loop()
	if l == nil {
		l = rt.Current().Loop()
		w.sink.Attach(l) // who waits on another goroutine looks there; the first write reports a failure
	}
	w.sender = true
	w.sink.SetLayer((*writerLayer)(w))
	rt.Start(l, rt.NewCoroutine[rt.Void]((*senderFrame)(w)))
}

// senderFrame is the task that sends: until there is nothing left to do.
type senderFrame Writer

// Poll implements [rt.Awaitable].
func (f *senderFrame) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	w := (*Writer)(f)
	if cause := t.Err(); cause != nil && w.err == nil {
		w.sendLast(t, cause)
	} else if !w.advance(t) {
		return rt.Void{}, nil, false
	}
	w.sender = false
	if w.err == nil { // else it remains for Close to break off
		w.sink.SetLayer(nil)
	}
	return rt.Void{}, nil, true
}

// sendLast sends what the connection takes without waiting, and gives up the rest: t is
// cancelled, because the loop is being closed.
func (w *Writer) sendLast(t *rt.Task, cause error) {
	for {
		shield := t.OpenShield()
		all := w.advance(t)
		shield.Close()
		if all {
			return
		}
		size := w.opSize()
		n, err, _ := w.op.Poll(t) // it is cancelled now, and knows what the connection has taken
		w.opBegun = false
		if err != nil && n == size {
			n = 0 // a layer below has taken it in, and cannot send it: see [netio.Endpoint]
		}
		w.block = w.block[n:]
		if n == 0 {
			local, remote := w.addresses()
			t.LoseUnsent(w.Buffered(), local, remote)
			w.fail(cause)
			return
		}
	}
}

// opSize returns how many bytes of the block a write is given.
func (w *Writer) opSize() int { return min(len(w.block), sendBlock) }

// Where implements [rt.Locator]: who looks at the task learns which connection it sends
// over, and how it ends.
func (f *senderFrame) Where() (line string, on any) {
	w := (*Writer)(f)
	peer := "its peer"
	if local, remote := w.addresses(); remote != nil {
		peer = remote.String()
	} else if local != nil {
		peer = "the peer of " + local.String()
	}
	return fmt.Sprintf("is sending %d bytes to %s: it ends when the peer has taken them (await Flush, or Close and then WaitClosed) or after Abort", w.Buffered(), peer), nil
}

// addresses returns those of the connection, as far as the sink has them.
func (w *Writer) addresses() (local, remote net.Addr) {
	if c, ok := w.sink.(interface {
		LocalAddr() net.Addr
		RemoteAddr() net.Addr
	}); ok {
		return c.LocalAddr(), c.RemoteAddr()
	}
	return nil, nil
}

// advance sends what it can and reports whether that was all.
func (w *Writer) advance(t *rt.Task) bool {
	for w.err == nil {
		if len(w.block) == 0 && len(w.buf) > 0 {
			w.block, w.buf, w.spare = w.buf, w.spare[:0], w.buf[:0]
		}
		if len(w.block) == 0 {
			w.finish()
			return true
		}
		if !w.opBegun {
			w.op = w.sink.Write(w.block[:w.opSize()])
			w.opBegun = true
		}
		n, err, ready := w.op.Poll(t)
		if !ready {
			return false
		}
		w.opBegun = false
		w.block = w.block[n:]
		w.changed()
		if err != nil {
			w.fail(err)
		}
	}
	return true
}

// finish does what was to be done after everything was sent.
func (w *Writer) finish() {
	if cap(w.buf)+cap(w.spare) > keptBuffers {
		w.buf, w.spare = nil, nil
	}
	switch w.state {
	case writerEnding:
		w.state = writerEnded
		if err := w.sink.CloseWrite(); err != nil {
			w.fail(err)
		}
	case writerClosing:
		w.shut()
	}
}
