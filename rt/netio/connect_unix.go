//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio

// This file starts connections and finds out whether they succeeded.

import (
	"net"
	"net/netip"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// connectTo starts to connect to an address. The connection is usable once connected returns
// nil. The error errQueueFull means that the caller must try again.
func connectTo(to target) (*Conn, error) {
	if to.path != "" {
		return connectUnix(to.path)
	}
	return connectTCP(to.tcp, to.from)
}

func connectTCP(to, from netip.AddrPort) (*Conn, error) {
	family := unix.AF_INET6
	if to.Addr().Is4() {
		family = unix.AF_INET
	}
	address, err := sockaddr(to)
	if err != nil {
		return nil, err
	}
	fd, err := newSocket(family, unix.SOCK_STREAM, unix.IPPROTO_TCP)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	if err = setDialOptions(fd); err != nil {
		unix.Close(fd)
		return nil, os.NewSyscallError("setsockopt", err)
	}
	if from.IsValid() {
		err = bind(fd, from)
	}
	if err == nil {
		err = beginConnect(fd, address)
	}
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	return newTCPConn(fd, netip.AddrPort{}, to), nil
}

func bind(fd int, local netip.AddrPort) error {
	address, err := sockaddr(local)
	if err != nil {
		return err
	}
	return os.NewSyscallError("bind", unix.Bind(fd, address))
}

func connectUnix(path string) (*Conn, error) {
	fd, err := newSocket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	if err := beginConnect(fd, &unix.SockaddrUnix{Name: path}); err != nil {
		unix.Close(fd)
		return nil, err
	}
	return newUnixConn(fd, nil, &net.UnixAddr{Name: path, Net: "unix"}), nil
}

func beginConnect(fd int, address unix.Sockaddr) error {
	// An interrupted connect goes on in the background, like one in progress.
	switch err := unix.Connect(fd, address); err {
	case nil, unix.EINPROGRESS, unix.EALREADY, unix.EINTR:
		return nil
	case unix.EAGAIN: // a Unix socket on Linux whose queue is full
		return errQueueFull
	default:
		return os.NewSyscallError("connect", err)
	}
}

// connected returns the outcome of the attempt that connectTo started: nil for success,
// ErrWouldBlock if it is not over, or the error of the attempt.
func connected(c *Conn) error {
	var fd int
	switch s := c.end.(type) {
	case *tcpSocket:
		fd = s.fd
	case *unixSocket:
		fd = s.fd
	}
	code, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	if err != nil {
		return os.NewSyscallError("getsockopt", err)
	}
	if code != 0 {
		return os.NewSyscallError("connect", syscall.Errno(code))
	}
	// The absence of an error does not prove success: the report may have been spurious.
	if _, err := unix.Getpeername(fd); err == unix.ENOTCONN {
		return ErrWouldBlock
	}
	at, err := unix.Getsockname(fd)
	if err != nil {
		return nil
	}
	switch s := c.end.(type) {
	case *tcpSocket:
		s.local = addrPort(at)
		if s.local == s.remote {
			// A loopback socket whose local port is the port that it dials connects to itself.
			// No other socket listens there.
			return os.NewSyscallError("connect", unix.ECONNREFUSED)
		}
	case *unixSocket:
		s.local = unixName(at)
	}
	return nil
}
