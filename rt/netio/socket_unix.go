//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio

// This file makes non-blocking descriptors the carriers of Conn: TCP and Unix
// sockets, and what FileConn is given.

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

// maxTransfer is the most that one system call is given: larger ones fail on
// some systems (the limit is package net's).
const maxTransfer = 1 << 30

// A stream is a non-blocking descriptor, as Endpoint of a Conn: all of it but
// the addresses.
type stream struct{ owner }

// A tcpSocket is a TCP socket, as Endpoint of a Conn.
type tcpSocket struct {
	stream
	local  netip.AddrPort
	remote netip.AddrPort
}

// newTCPConn returns the connection over fd, which it owns from now on.
func newTCPConn(fd int, local, remote netip.AddrPort) *Conn {
	c := &struct { // in one allocation
		Conn
		tcpSocket
	}{tcpSocket: tcpSocket{local: local, remote: remote}}
	c.Conn.end = &c.tcpSocket
	c.own(fd, "connection")
	return &c.Conn
}

// A unixSocket is a stream socket of the Unix domain, as Endpoint of a Conn.
type unixSocket struct {
	stream
	local, remote *net.UnixAddr
}

// newUnixConn returns the connection over fd, which it owns from now on. A read
// from it stops short where the peer has passed a descriptor along, so a short
// read proves nothing.
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
			// A short read has drained the socket: what comes later is a new
			// edge. That saves the read that would only have said so.
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
		case err == nil: // a short write does not say that the next would block
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
	runtime.KeepAlive(s) // without a loop, the collector would close the descriptor at once
	return os.NewSyscallError("shutdown", err)
}

// Abort implements [Aborter]: a reset.
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

// unixAddr is a without its type, if there is one.
func unixAddr(a *net.UnixAddr) net.Addr {
	if a == nil {
		return nil
	}
	return a
}

// unixName returns the address that s is: the end that nobody has named has
// none.
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
