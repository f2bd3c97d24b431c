package streams

// This file implements the buffered writer and the task that sends its data.

import (
	"errors"
	"fmt"
	"net"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// The default water marks of a [Writer], in bytes.
const (
	DefaultHigh = 64 << 10
	DefaultLow  = DefaultHigh / 4
)

// sendBlock is the most bytes that a writer passes to the connection at a time. After each
// block it wakes the tasks that wait for room.
const sendBlock = 64 << 10

// keptBuffers is the most bytes of buffers that a writer keeps when it has nothing to send.
const keptBuffers = 16 << 10

// A Sink is what a [Writer] writes to: a [*netio.Conn], or a type that embeds one.
type Sink interface {
	Write(p []byte) netio.WriteOp
	CloseWrite() error
	Close() error
	Abort() error
	SetLayer(l netio.Layer)
	Attach(l *rt.Loop) error
	Loop() *rt.Loop
}

// A Writer buffers data and never waits. A task of the loop sends the data over a connection. A
// Writer is an io.Writer, an io.StringWriter and an io.ByteWriter. Tasks that write much must
// await [Writer.Drain] now and then, or the buffer grows without limit. A task that cannot
// wait, because it serves many peers, sets a limit by [Writer.SetHardLimit].
//
// If sending fails, all later calls and operations return that error.
type Writer struct {
	sink      Sink
	high, low int
	hard      int // 0: none

	buf     []byte // buffered and not sent
	block   []byte // the rest of the block that is being sent
	spare   []byte // the other half of the double buffer
	op      netio.WriteOp
	opBegun bool
	sender  bool // a task is sending

	state   writerState
	err     error
	lost    bool       // some of the buffered data was lost
	waiting []*rt.Task // tasks in an operation; every change wakes them
}

type writerState uint8

const (
	writerOpen    writerState = iota
	writerEnding              // WriteEOF was called
	writerEnded               // the end of the stream was sent
	writerClosing             // Close was called
	writerClosed              // the connection was closed
)

// NewWriter returns a writer to sink with the default water marks. If sink was not used before,
// the first call that sends must come from a task of the loop to which sink is to belong.
func NewWriter(sink Sink) *Writer {
	w := newWriter(sink)
	return &w
}

func newWriter(sink Sink) Writer {
	return Writer{sink: sink, high: DefaultHigh, low: DefaultLow}
}

// SetLimits sets the water marks of [Writer.Drain], in bytes. It panics unless 0 <= low <=
// high.
func (w *Writer) SetLimits(low, high int) {
	if low < 0 || low > high {
		panic(fmt.Errorf("streams: water marks %d and %d: want 0 <= low <= high", low, high))
	}
	w.low, w.high = low, high
	w.changed()
}

// Limits returns the water marks.
func (w *Writer) Limits() (low, high int) { return w.low, w.high }

// SetHardLimit sets the number of bytes that may wait to be sent. A write that would exceed the
// limit fails with a [*FullError], and none of its data is buffered. The writer goes on. A
// caller that has no use for the rest calls [Writer.Abort]. The limit should be higher than the
// high water mark. Zero, the default, means no limit. SetHardLimit panics if limit is negative.
func (w *Writer) SetHardLimit(limit int) {
	if limit < 0 {
		panic(fmt.Errorf("streams: hard limit of %d bytes", limit))
	}
	w.hard = limit
}

// HardLimit returns the limit of [Writer.SetHardLimit].
func (w *Writer) HardLimit() int { return w.hard }

// A FullError reports a write that would have exceeded the hard limit. The peer does not read,
// or reads more slowly than the program writes.
type FullError struct {
	Limit    int // in bytes
	Buffered int // number of bytes that wait
}

func (e *FullError) Error() string {
	return fmt.Sprintf("%d bytes wait to be sent, and the limit is %d: wait with Drain, or give up on a peer that is too slow", e.Buffered, e.Limit)
}

// Buffered returns the number of bytes that were written and that the connection has not taken
// yet.
func (w *Writer) Buffered() int { return len(w.buf) + len(w.block) }

// Err returns why sending has failed, or nil.
func (w *Writer) Err() error { return w.err }

// Write buffers a copy of p. It never waits.
func (w *Writer) Write(p []byte) (int, error) {
	if err := w.writable(len(p)); err != nil {
		return 0, err
	}
	w.buf = append(w.buf, p...)
	w.send()
	return len(p), nil
}

// WriteString is [Writer.Write] for a string.
func (w *Writer) WriteString(s string) (int, error) {
	if err := w.writable(len(s)); err != nil {
		return 0, err
	}
	w.buf = append(w.buf, s...)
	w.send()
	return len(s), nil
}

// WriteByte is [Writer.Write] for a byte.
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

// WriteEOF ends the stream: the peer reads what was written and then io.EOF. Reading goes on.
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

// Close ends writing, and closes the connection once what was written is sent. Closing again
// does nothing. Close does not wait: use [Writer.WaitClosed]. If the loop ends before
// everything is sent, the rest is lost, and [rt.Run] returns an [*rt.UnsentError]. A peer that
// does not read holds up the sending. [Writer.Abort] does not wait for the peer.
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

// Abort closes the connection at once. Data that is not sent is lost. If data is lost, or if
// sending has failed, the peer learns that, by a reset if the connection has one: see
// [netio.Conn.Abort].
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

// writerLayer closes the connection of a Writer that has something to send.
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

// Unsent implements [netio.Unsender]. An unsent end of the stream is not lost: the peer reads
// it even if the connection is only closed.
func (l *writerLayer) Unsent() bool {
	w := (*Writer)(l)
	return w.lost || w.Buffered() > 0
}

// fail ends sending with err.
func (w *Writer) fail(err error) {
	w.err = err
	w.lost = w.Buffered() > 0
	w.buf, w.block, w.spare = nil, nil, nil
	if w.state == writerClosing {
		w.shut()
	}
	w.changed()
}

// changed wakes the tasks that wait for something.
func (w *Writer) changed() {
	for _, t := range w.waiting {
		t.Wake()
	}
}

// send makes sure that a task sends the buffered data.
func (w *Writer) send() {
	if w.sender || w.state == writerOpen && len(w.buf) == 0 {
		return
	}
	l := w.sink.Loop()
	if l == nil {
		l = rt.Current().Loop()
		w.sink.Attach(l) // rt.Block on another goroutine needs the loop of the sink; the first write reports a failure
	}
	w.sender = true
	w.sink.SetLayer((*writerLayer)(w))
	rt.Start(l, rt.NewCoroutine[rt.Void]((*senderFrame)(w)))
}

// senderFrame is the task that sends. It ends when there is nothing left to do.
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
	if w.err == nil { // otherwise Close breaks off
		w.sink.SetLayer(nil)
	}
	return rt.Void{}, nil, true
}

// sendLast sends what the connection takes without waiting and drops the rest. t is cancelled
// because the loop is being closed.
func (w *Writer) sendLast(t *rt.Task, cause error) {
	for {
		shield := t.OpenShield()
		all := w.advance(t)
		shield.Close()
		if all {
			return
		}
		size := w.opSize()
		n, err, _ := w.op.Poll(t) // the operation is cancelled, and returns how many bytes the connection has taken
		w.opBegun = false
		if err != nil && n == size {
			n = 0 // a layer below has buffered the bytes and cannot send them: see [netio.Endpoint]
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

// opSize returns the number of bytes of the block for one write.
func (w *Writer) opSize() int { return min(len(w.block), sendBlock) }

// Where implements [rt.Locator]. It returns how much the task is sending to which peer, and
// what ends the task.
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

// addresses returns the addresses of the connection, as far as the sink has them.
func (w *Writer) addresses() (local, remote net.Addr) {
	if c, ok := w.sink.(interface {
		LocalAddr() net.Addr
		RemoteAddr() net.Addr
	}); ok {
		return c.LocalAddr(), c.RemoteAddr()
	}
	return nil, nil
}

// advance sends what it can and reports whether everything was sent.
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

// finish does what remains after everything was sent.
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
