package subprocess

// This file holds the output of a process, which is buffered when the process has
// ended and nobody reads.

import (
	"net"
	"slices"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// drainLimit is how many bytes are buffered while nobody reads. It exceeds the size of
// the largest pipe that a process can make without privileges.
const drainLimit = 1<<20 + 1

// output is one of the output pipes, as an netio.Endpoint. It is the pipe itself until
// the pipe has to be drained.
type output struct {
	conn     *netio.Conn
	below    netio.Endpoint
	above    rt.Readiness
	draining bool
	full     bool       // data is full: the rest stays in the pipe
	data     []byte     // drained and not read
	ended    bool       // the pipe has ended
	err      error      // how the pipe has ended; nil: this process closed it
	waiting  []*rt.Task // for the end
}

// Attach implements [netio.Endpoint].
func (o *output) Attach(l *rt.Loop, r rt.Readiness) error {
	o.above = r
	return o.below.Attach(l, o)
}

// Ready implements [rt.Readiness].
func (o *output) Ready(readable, writable bool) {
	if o.draining {
		o.fill()
	}
	o.above.Ready(readable, writable)
}

// Read implements [netio.Endpoint].
func (o *output) Read(p []byte) (n int, err error) {
	switch {
	case len(o.data) > 0:
		n = copy(p, o.data)
		o.data = o.data[n:]
		if o.full {
			o.fill()
		}
		return n, nil
	case o.ended:
		return 0, o.err
	}
	n, err = o.below.Read(p)
	if err != nil && err != netio.ErrWouldBlock {
		o.end(err)
	}
	return n, err
}

// drain buffers what the pipe holds, and what comes, until the pipe ends. If other
// programs go on writing to the pipe and nobody reads, they wait when the buffer is
// full, as they would for a pipe.
func (o *output) drain(l *rt.Loop) error {
	if o.draining || o.ended {
		return nil
	}
	if err := o.conn.Attach(l); err != nil {
		return err
	}
	o.draining = true
	o.fill()
	if len(o.data) > 0 {
		o.above.Ready(true, false) // the poller does not report it any more
	}
	return nil
}

func (o *output) fill() {
	for !o.ended {
		if o.full = len(o.data) >= drainLimit; o.full {
			return
		}
		o.data = slices.Grow(o.data, 4<<10)
		n, err := o.below.Read(o.data[len(o.data):cap(o.data)])
		o.data = o.data[:len(o.data)+n]
		switch err {
		case nil:
		case netio.ErrWouldBlock:
			return
		default:
			o.end(err)
			o.above.Ready(true, false)
		}
	}
}

func (o *output) end(err error) {
	o.ended, o.err = true, err
	for _, t := range o.waiting {
		t.Wake()
	}
	o.waiting = nil
}

// wait makes the end of the pipe wake t.
func (o *output) wait(t *rt.Task) {
	if !slices.Contains(o.waiting, t) {
		o.waiting = append(o.waiting, t)
	}
}

// Write implements [netio.Endpoint].
func (o *output) Write(p []byte) (int, error) { return o.below.Write(p) }

// CloseWrite implements [netio.Endpoint].
func (o *output) CloseWrite() error { return o.below.CloseWrite() }

// Close implements [netio.Endpoint].
func (o *output) Close() error {
	o.end(net.ErrClosed)
	return o.below.Close()
}

// LocalAddr implements [netio.Endpoint].
func (o *output) LocalAddr() net.Addr { return o.below.LocalAddr() }

// RemoteAddr implements [netio.Endpoint].
func (o *output) RemoteAddr() net.Addr { return o.below.RemoteAddr() }
