//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio

// This file makes endpoints of Conn from non-blocking descriptors: TCP and Unix sockets, and
// the descriptors of FileConn.

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// maxTransfer is the most bytes for one system call. Larger calls fail on some systems. Package
// net has the same limit.
const maxTransfer = 1 << 30

// A stream is the Endpoint of a non-blocking descriptor, except for the addresses.
type stream struct{ owner }

// A tcpSocket is the Endpoint of a TCP socket.
type tcpSocket struct {
	stream
	local  netip.AddrPort
	remote netip.AddrPort
}

// newTCPConn returns a connection over fd and takes ownership of fd.
func newTCPConn(fd int, local, remote netip.AddrPort) *Conn {
	c := &struct { // one allocation for both
		Conn
		tcpSocket
	}{tcpSocket: tcpSocket{local: local, remote: remote}}
	c.Conn.end = &c.tcpSocket
	c.own(fd, "connection")
	return &c.Conn
}

// A unixSocket is the Endpoint of a stream socket of the Unix domain.
type unixSocket struct {
	stream
	local, remote *net.UnixAddr
}

// newUnixConn returns a connection over fd and takes ownership of fd. A read stops short where
// the peer has passed a descriptor, so a short read proves nothing.
func newUnixConn(fd int, local, remote *net.UnixAddr) *Conn {
	c := &struct {
		Conn
		unixSocket
	}{unixSocket: unixSocket{local: local, remote: remote}}
	c.Conn.end = &c.unixSocket
	c.own(fd, "connection")
	c.hangup = true
	return &c.Conn
}

func (s *stream) Read(p []byte) (int, error) {
	if len(p) > maxTransfer {
		p = p[:maxTransfer]
	}
	for {
		n, err := unix.Read(s.fd, p)
		switch {
		case n == len(p):
			return n, nil
		case n > 0:
			// A short read has drained the socket, and later data is a new edge. That saves a
			// read that would only find the socket empty.
			if s.hangup {
				return n, nil
			}
			return n, ErrWouldBlock
		case err == nil:
			return 0, io.EOF
		case err == unix.EAGAIN:
			return 0, ErrWouldBlock
		case err != unix.EINTR:
			return 0, os.NewSyscallError("read", err)
		}
	}
}

func (s *stream) Write(p []byte) (int, error) {
	if len(p) > maxTransfer {
		p = p[:maxTransfer]
	}
	for {
		n, err := unix.Write(s.fd, p)
		switch {
		case err == nil: // a short write does not mean that the next one would block
			return n, nil
		case err == unix.EAGAIN:
			return 0, ErrWouldBlock
		case err != unix.EINTR:
			return 0, os.NewSyscallError("write", err)
		}
	}
}

func (s *stream) CloseWrite() error {
	err := unix.Shutdown(s.fd, unix.SHUT_WR)
	runtime.KeepAlive(s) // without a loop, the garbage collector could close the descriptor during the call
	return os.NewSyscallError("shutdown", err)
}

// Abort implements [Aborter]. It resets the connection.
func (s *tcpSocket) Abort() error {
	err := unix.SetsockoptLinger(s.fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
	return errors.Join(os.NewSyscallError("setsockopt", err), s.Close())
}

func (s *tcpSocket) LocalAddr() net.Addr  { return tcpAddr(s.local) }
func (s *tcpSocket) RemoteAddr() net.Addr { return tcpAddr(s.remote) }

func (s *unixSocket) LocalAddr() net.Addr  { return unixAddr(s.local) }
func (s *unixSocket) RemoteAddr() net.Addr { return unixAddr(s.remote) }

func tcpAddr(a netip.AddrPort) net.Addr {
	if !a.IsValid() {
		return nil
	}
	return net.TCPAddrFromAddrPort(a)
}

// unixAddr returns a as a net.Addr, or a nil interface if a is nil.
func unixAddr(a *net.UnixAddr) net.Addr {
	if a == nil {
		return nil
	}
	return a
}

// unixName returns the address s, or nil if the socket has no name.
func unixName(s unix.Sockaddr) *net.UnixAddr {
	a := &net.UnixAddr{Net: "unix"}
	if s, ok := s.(*unix.SockaddrUnix); ok {
		a.Name = s.Name
	}
	return a
}

func addrPort(s unix.Sockaddr) netip.AddrPort {
	switch s := s.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(s.Addr), uint16(s.Port))
	case *unix.SockaddrInet6:
		a := netip.AddrFrom16(s.Addr).Unmap()
		if s.ZoneId != 0 {
			a = a.WithZone(strconv.FormatUint(uint64(s.ZoneId), 10))
		}
		return netip.AddrPortFrom(a, uint16(s.Port))
	}
	return netip.AddrPort{}
}

func sockaddr(a netip.AddrPort) (unix.Sockaddr, error) {
	if a.Addr().Is4() {
		return &unix.SockaddrInet4{Port: int(a.Port()), Addr: a.Addr().As4()}, nil
	}
	s := &unix.SockaddrInet6{Port: int(a.Port()), Addr: a.Addr().As16()}
	if zone := a.Addr().Zone(); zone != "" {
		if n, err := strconv.ParseUint(zone, 10, 32); err == nil {
			s.ZoneId = uint32(n)
		} else if i, err := net.InterfaceByName(zone); err == nil {
			s.ZoneId = uint32(i.Index)
		} else {
			return nil, &net.AddrError{Err: "no such zone", Addr: a.String()}
		}
	}
	return s, nil
}
