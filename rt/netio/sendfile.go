package netio

// This file implements the operation that sends a file over a connection.

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"

	"github.com/coroutinegen/coroutinegen/rt"
)

// sendBlock is the number of bytes of a file that are sent at a time.
const sendBlock = 256 << 10

// Sendfile returns the operation that sends count bytes of f starting at offset, or all
// following bytes if count is negative. The result is the number of bytes sent. Without an
// error, it is less than count only if f ends earlier. Sendfile neither uses nor changes the
// offset of f itself.
//
// If possible, the system sends the bytes without a copy (TCP and Unix sockets on Linux).
// Reading from the disk then holds up the loop. Otherwise another goroutine reads f, a block at
// a time. No other task can write in the meantime.
func (c *Conn) Sendfile(f *os.File, offset, count int64) SendfileOp {
	return SendfileOp{conn: c, file: f, offset: offset, left: count, all: count < 0}
}

// A fileSender is an Endpoint that can send from a file without a copy.
type fileSender interface {
	// sendFile sends up to n bytes. The error is ErrWouldBlock as with Write, io.EOF at the end
	// of f, or errors.ErrUnsupported if the caller must copy the bytes.
	sendFile(f *os.File, offset int64, n int) (int, error)
}

// A SendfileOp is the operation that [Conn.Sendfile] returns.
type SendfileOp struct {
	conn   *Conn
	file   *os.File
	offset int64
	left   int64
	all    bool // send to the end of the file; left has no meaning
	sent   int64
	stage  rt.Stage
	copy   *sendCopy // nil: the system sends without a copy
}

// sendCopy is the state of sending a file by reading and writing.
type sendCopy struct {
	buf     []byte
	read    rt.ThreadOp[int]
	write   WriteOp
	writing bool // write is in use, not read
	pending bool // the operation has begun
}

// Poll implements [rt.Awaitable].
func (o *SendfileOp) Poll(t *rt.Task) (sent int64, err error, ready bool) {
	c := o.conn
	first, err, ready := o.stage.Begin(t, "sendfile")
	if err != nil || !ready {
		return 0, err, ready
	}
	if first {
		if err := c.enter(&c.write, t, "sendfile", errBusyWriting); err != nil {
			return 0, err, true
		}
		if o.offset < 0 {
			return 0, c.failed("sendfile", os.NewSyscallError("sendfile", syscall.EINVAL)), true
		}
		if _, ok := c.end.(fileSender); !ok {
			o.copy = new(sendCopy)
		}
	}
	if o.copy == nil {
		err, ready = o.send(t)
	}
	if o.copy != nil {
		err, ready = o.copyBlocks(t)
	}
	o.noteCut(ready && err == nil)
	if !ready {
		c.write.wait(t)
		o.stage.Suspend(t)
		return 0, nil, false
	}
	c.write.leave(t)
	return o.sent, err, true
}

// noteCut records after a poll whether the stream is cut short. whole says that the operation
// is over and has sent everything.
func (o *SendfileOp) noteCut(whole bool) {
	o.conn.wrote(o.sent, whole)
	if whole && o.next() > 0 {
		o.conn.cut = false // the file has ended, so an earlier write has no rest to send
	}
}

// next returns the size of the next block.
func (o *SendfileOp) next() int {
	if o.all {
		return sendBlock
	}
	return int(min(o.left, sendBlock))
}

func (o *SendfileOp) advance(n int) {
	o.sent += int64(n)
	o.offset += int64(n)
	o.left -= int64(n)
}

// send lets the system send the next block. If the system cannot, send sets copy, and the
// caller copies the bytes.
func (o *SendfileOp) send(t *rt.Task) (err error, ready bool) {
	c := o.conn
	n := o.next()
	switch {
	case c.closed:
		return c.failed("sendfile", net.ErrClosed), true
	case n == 0:
		return nil, true
	}
	if c.write.ready {
		n, err = c.end.(fileSender).sendFile(o.file, o.offset, n)
		o.advance(n)
		switch {
		case err == io.EOF:
			return nil, true
		case err == ErrWouldBlock:
			c.write.ready = false
		case errors.Is(err, errors.ErrUnsupported):
			o.copy = new(sendCopy)
			return nil, false
		case err != nil:
			return c.failed("sendfile", err), true
		}
	}
	if o.next() == 0 {
		return nil, true
	}
	if err := t.Err(); err != nil {
		return err, true
	}
	if c.write.ready {
		t.Wake() // let other tasks run before the next block
	}
	return nil, false
}

// copyBlocks reads and writes block by block.
func (o *SendfileOp) copyBlocks(t *rt.Task) (err error, ready bool) {
	s := o.copy
	for {
		if !s.pending {
			n := o.next()
			if n == 0 {
				return nil, true
			}
			if s.buf == nil {
				s.buf = make([]byte, n)
			}
			file, offset, block := o.file, o.offset, s.buf[:n]
			s.read = rt.ToThread(func() (int, error) { return file.ReadAt(block, offset) })
			s.pending = true
		}
		if !s.writing {
			n, err, ready := s.read.Poll(t)
			if !ready {
				return nil, false
			}
			switch {
			case n == 0 && err == io.EOF && o.conn.closed: // closed while the file was read
				return o.conn.failed("sendfile", net.ErrClosed), true
			case n == 0 && err == io.EOF:
				return nil, true
			case n == 0:
				return err, true
			}
			s.writing = true
			s.write = o.conn.Write(s.buf[:n])
		}
		n, err, ready := s.write.Poll(t)
		if !ready {
			return nil, false
		}
		o.advance(n)
		o.conn.write.task = t // the WriteOp has left the side
		s.writing, s.pending = false, false
		if err != nil {
			return err, true
		}
	}
}

// Loop returns the loop that the connection belongs to, or nil.
func (o SendfileOp) Loop() *rt.Loop { return o.conn.loop.Load() }

// Awaitable implements [rt.Expr].
func (o SendfileOp) Awaitable() rt.Awaitable[int64] { return &o }
