//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package selects

import (
	"errors"
	"time"
)

// selectNow waits for the time alone.
func selectNow(read, write []int, timeout time.Duration) (readable, writable []int, err error) {
	if len(read)+len(write) > 0 || timeout < 0 {
		return nil, nil, errors.ErrUnsupported
	}
	time.Sleep(timeout)
	return nil, nil, nil
}

// Connect begins a connection to addr, an IP address and a port, and does not wait for it.
func Connect(addr string) (fd int, err error) { return -1, errors.ErrUnsupported }

// Pair returns two ends of a connection. The first one does not block.
func Pair() (a, b int, err error) { return -1, -1, errors.ErrUnsupported }

// Recv is socket.recv. At the end of the stream it returns 0.
func Recv(fd int, p []byte) (int, error) { return 0, errors.ErrUnsupported }

// Send is socket.sendall.
func Send(fd int, p []byte) error { return errors.ErrUnsupported }

// Shutdown says that nothing more will be sent.
func Shutdown(fd int) error { return errors.ErrUnsupported }

// Close closes a descriptor.
func Close(fd int) error { return errors.ErrUnsupported }
