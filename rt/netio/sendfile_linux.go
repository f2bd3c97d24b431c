package netio

// This file calls sendfile(2), which sends from a file to a socket.

import (
	"errors"
	"io"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

func (s *tcpSocket) sendFile(f *os.File, offset int64, n int) (int, error) {
	return sendFile(s.fd, f, offset, n)
}

func (s *unixSocket) sendFile(f *os.File, offset int64, n int) (int, error) {
	return sendFile(s.fd, f, offset, n)
}

func (h *heldEnd) sendFile(f *os.File, offset int64, n int) (int, error) {
	s, ok := h.end.(fileSender)
	switch {
	case h.closed:
		return 0, net.ErrClosed
	case !ok:
		return 0, errors.ErrUnsupported
	}
	return s.sendFile(f, offset, n)
}

func sendFile(fd int, f *os.File, offset int64, n int) (sent int, err error) {
	raw, err := f.SyscallConn()
	if err != nil {
		return 0, err
	}
	var failed error
	err = raw.Control(func(from uintptr) {
		for {
			sent, failed = unix.Sendfile(fd, int(from), &offset, n)
			if failed != unix.EINTR {
				return
			}
		}
	})
	switch {
	case err != nil: // an error that package os returns as it is
		return 0, &os.PathError{Op: "read", Path: f.Name(), Err: os.ErrClosed}
	case failed == nil && sent == 0:
		return 0, io.EOF
	case failed == nil:
		return sent, nil
	case failed == unix.EAGAIN:
		return 0, ErrWouldBlock
	case failed == unix.EINVAL, failed == unix.ENOSYS, failed == unix.EOVERFLOW:
		return 0, errors.ErrUnsupported // cannot send from this file
	}
	return 0, os.NewSyscallError("sendfile", failed)
}
