package transports

// This file holds the interfaces of protocols.

import (
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// A Protocol handles one connection. ConnectionMade is called first and
// ConnectionLost last, and each of them once.
type Protocol interface {
	ConnectionMade(t *Transport)

	// DataReceived gets the data that has arrived. p is valid until it returns.
	DataReceived(p []byte)

	// EOFReceived is called when the peer will send no more data. If it returns
	// false, the transport closes after it has sent everything.
	EOFReceived() (keepOpen bool)

	// ConnectionLost is called when the connection is closed. err is the reason. It
	// is nil if the transport was told to close, or if the peer closed.
	ConnectionLost(err error)
}

// A BufferedProtocol is a [Protocol] with its own buffers. Its DataReceived is not
// called.
type BufferedProtocol interface {
	Protocol

	// GetBuffer returns the buffer for the data that has arrived. It should hold
	// about hint bytes, and must hold at least one.
	GetBuffer(hint int) []byte

	// BufferUpdated is called when n bytes are in the buffer.
	BufferUpdated(n int)
}

// A FlowControl is a [Protocol] or [DatagramProtocol] that wants to know when its
// peer receives more slowly than it sends.
type FlowControl interface {
	// PauseWriting is called when the buffer grows beyond the high-water mark.
	PauseWriting()

	// ResumeWriting is called when the buffer has shrunk to the low-water mark.
	ResumeWriting()
}

// Base is a [Protocol] and [DatagramProtocol] that ignores everything. Embed it to
// write only the methods that you need.
type Base struct{}

// DataReceived implements [Protocol].
func (Base) DataReceived([]byte) {}

// EOFReceived implements [Protocol].
func (Base) EOFReceived() (keepOpen bool) { return false }

// ConnectionLost implements [Protocol] and [DatagramProtocol].
func (Base) ConnectionLost(error) {}

// DatagramReceived implements [DatagramProtocol].
func (Base) DatagramReceived([]byte, netio.PacketAddr) {}

// ErrorReceived implements [DatagramProtocol].
func (Base) ErrorReceived(error) {}

// A DatagramProtocol handles one socket for datagrams.
type DatagramProtocol interface {
	ConnectionMade(t *DatagramTransport)

	// DatagramReceived gets a datagram. p is valid until it returns.
	DatagramReceived(p []byte, from netio.PacketAddr)

	// ErrorReceived is called when a datagram could not be sent or received: it was
	// too long, for example, or nobody listens at its address. The socket stays open.
	ErrorReceived(err error)

	ConnectionLost(err error)
}
