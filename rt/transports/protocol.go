package transports

// This file is what a protocol is told.

import "github.com/coroutinegen/coroutinegen/rt"

// A Protocol handles one connection. ConnectionMade comes first and
// ConnectionLost last, once each.
type Protocol interface {
	ConnectionMade(t *Transport)

	// DataReceived is given what has arrived; p is valid until it returns.
	DataReceived(p []byte)

	// EOFReceived is called when the peer will send no more. If it returns
	// false, the transport is closed once everything was sent.
	EOFReceived() (keepOpen bool)

	// ConnectionLost is called when the connection is closed. err is why, nil
	// if that was asked for or the peer has ended it.
	ConnectionLost(err error)
}

// A BufferedProtocol is a [Protocol] that brings its own buffers; DataReceived is
// not called.
type BufferedProtocol interface {
	Protocol

	// GetBuffer returns where to put what has arrived, about hint bytes, at
	// least one.
	GetBuffer(hint int) []byte

	// BufferUpdated tells that n bytes were put there.
	BufferUpdated(n int)
}

// A FlowControl is a [Protocol] or [DatagramProtocol] that wants to know when its
// peer does not keep up.
type FlowControl interface {
	// PauseWriting is called when more than the high water mark is buffered.
	PauseWriting()

	// ResumeWriting is called when it is no more than the low one again.
	ResumeWriting()
}

// Base is a [Protocol] and [DatagramProtocol] that ignores everything, to embed.
type Base struct{}

// DataReceived implements [Protocol].
func (Base) DataReceived([]byte) {}

// EOFReceived implements [Protocol].
func (Base) EOFReceived() (keepOpen bool) { return false }

// ConnectionLost implements [Protocol] and [DatagramProtocol].
func (Base) ConnectionLost(error) {}

// DatagramReceived implements [DatagramProtocol].
func (Base) DatagramReceived([]byte, rt.PacketAddr) {}

// ErrorReceived implements [DatagramProtocol].
func (Base) ErrorReceived(error) {}

// A DatagramProtocol handles one socket for datagrams.
type DatagramProtocol interface {
	ConnectionMade(t *DatagramTransport)

	// DatagramReceived is given a datagram; p is valid until it returns.
	DatagramReceived(p []byte, from rt.PacketAddr)

	// ErrorReceived is told of a datagram that could not be sent or received:
	// nobody listens where it was sent to, it is too long. The socket goes on.
	ErrorReceived(err error)

	ConnectionLost(err error)
}
