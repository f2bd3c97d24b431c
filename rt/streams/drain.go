package streams

// This file implements the operations of a Writer, which wait until it has sent its data.

import "github.com/coroutinegen/coroutinegen/rt"

// Drain returns the operation that waits if more than the high water mark is buffered. It waits
// until no more than the low water mark is buffered. Several tasks may wait.
func (w *Writer) Drain() DrainOp { return DrainOp{w: w, until: drained} }

// Flush returns the operation that waits until everything was sent, which means that the
// connection has taken it.
func (w *Writer) Flush() DrainOp { return DrainOp{w: w, until: flushed} }

// WaitClosed returns the operation that waits until the connection was closed, after
// [Writer.Close]. If sending failed, WaitClosed returns that error.
func (w *Writer) WaitClosed() DrainOp { return DrainOp{w: w, until: closed} }

// A DrainOp is the operation that [Writer.Drain], [Writer.Flush] and
// [Writer.WaitClosed] return.
type DrainOp struct {
	w     *Writer
	until func(w *Writer, waiting bool) bool
	stage rt.Stage
}

func drained(w *Writer, waiting bool) bool {
	if waiting {
		return w.Buffered() <= w.low
	}
	return w.Buffered() <= w.high
}

func flushed(w *Writer, _ bool) bool { return w.Buffered() == 0 && w.state != writerEnding }
func closed(w *Writer, _ bool) bool  { return w.state == writerClosed }

// Poll implements [rt.Awaitable].
func (o *DrainOp) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Drain")
	if err != nil || !ready {
		return rt.Void{}, err, ready
	}
	w := o.w
	switch {
	case w.err != nil:
		err = w.err
	case o.until(w, !first):
	default:
		if err = t.Err(); err == nil {
			if first {
				w.waiting = append(w.waiting, t)
			}
			o.stage.Suspend(t)
			return rt.Void{}, nil, false
		}
	}
	if !first {
		for i := range w.waiting {
			if w.waiting[i] == t {
				w.waiting = append(w.waiting[:i], w.waiting[i+1:]...)
				break
			}
		}
	}
	return rt.Void{}, err, true
}

// Loop returns the loop that the connection belongs to, or nil.
func (o DrainOp) Loop() *rt.Loop { return o.w.sink.Loop() }

// Awaitable implements [rt.Expr].
func (o DrainOp) Awaitable() rt.Awaitable[rt.Void] { return &o }
