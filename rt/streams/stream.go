package streams

// This file implements the stream: a connection with a reader and a writer.

import (
	"errors"
	"fmt"
	"net"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// A Conn is the connection of a stream: a [*netio.Conn], or a type that embeds one.
type Conn interface {
	Source
	Sink
	Detach() (netio.Endpoint, error)
	LocalAddr() net.Addr
	RemoteAddr() net.Addr
}

// A Stream is a connection with a reader and a writer.
type Stream struct {
	*Reader
	*Writer
	conn Conn
}

// New returns a stream over conn with the default limits.
func New(conn Conn) *Stream { return NewLimit(conn, DefaultLimit) }

// NewLimit returns a stream over conn whose reader has the given limit: see [NewReaderLimit].
func NewLimit(conn Conn, limit int) *Stream {
	s := &struct { // one allocation for all three
		Stream
		r Reader
		w Writer
	}{r: newReader(conn, limit), w: newWriter(conn)}
	s.Stream = Stream{&s.r, &s.w, conn}
	return &s.Stream
}

// Read is the Read of the reader.
func (s *Stream) Read(p []byte) ReadOp { return s.Reader.Read(p) }

// Release returns the connection for another use, such as encrypting it with package tlsconn
// (STARTTLS). It fails if data was written and not sent yet: await [Writer.Flush] first. It
// also fails if data has arrived and was not read: a peer that goes on before both sides have
// agreed to encrypt would have its plain text taken for encrypted. The stream must not be used
// any more.
func (s *Stream) Release() (Conn, error) {
	switch {
	case s.err != nil:
		return nil, s.err
	case s.state != writerOpen:
		return nil, net.ErrClosed
	case s.Writer.Buffered() > 0 || s.sender:
		return nil, errors.New("streams: something is not sent yet: await Flush first")
	case s.Reader.Buffered() > 0:
		return nil, fmt.Errorf("streams: the peer has sent %d bytes too early", s.Reader.Buffered())
	}
	s.state = writerClosed
	return s.conn, nil
}

// Conn returns the connection.
func (s *Stream) Conn() Conn { return s.conn }

// LocalAddr returns the local address.
func (s *Stream) LocalAddr() net.Addr { return s.conn.LocalAddr() }

// RemoteAddr returns the address of the peer.
func (s *Stream) RemoteAddr() net.Addr { return s.conn.RemoteAddr() }

// Dial returns the operation that connects, as [netio.Dial] does, and returns a stream.
func Dial(network, addr string) DialOp { return DialOp{netio.Dial(network, addr)} }

// A DialOp is the operation that [Dial] returns.
type DialOp struct{ dial netio.DialOp }

// Poll implements [rt.Awaitable].
func (o *DialOp) Poll(t *rt.Task) (*Stream, error, bool) {
	conn, err, ready := o.dial.Poll(t)
	if !ready || err != nil {
		return nil, err, ready
	}
	return New(conn), nil, true
}

// Awaitable implements [rt.Expr].
func (o DialOp) Awaitable() rt.Awaitable[*Stream] { return &o }
