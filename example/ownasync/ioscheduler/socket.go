//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

// This file has the module socket of Python, as far as the page needs it.

import (
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// A Socket is a descriptor.
type Socket struct {
	fd          int
	nonblocking bool // so are the sockets of those that it accepts
}

// listen returns a socket that listens, and its address. If nonblocking is set, no call on it
// waits.
func listen(addr string, nonblocking bool) (sock *Socket, at string, err error) {
	ap, err := netip.ParseAddrPort(addr)
	if err != nil {
		return nil, "", err
	}
	ip := ap.Addr().Unmap()
	if !ip.Is4() {
		return nil, "", fmt.Errorf("listen on %s: not an IPv4 address", addr)
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return nil, "", err
	}
	defer func() {
		if err != nil {
			unix.Close(fd)
		}
	}()
	unix.CloseOnExec(fd)
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		return nil, "", err
	}
	if err := unix.SetNonblock(fd, nonblocking); err != nil {
		return nil, "", err
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Port: int(ap.Port()), Addr: ip.As4()}); err != nil {
		return nil, "", err
	}
	if err := unix.Listen(fd, 128); err != nil {
		return nil, "", err
	}
	bound, err := unix.Getsockname(fd)
	if err != nil {
		return nil, "", err
	}
	return &Socket{fd, nonblocking}, address(bound), nil
}

// accept returns the socket and the address of a client.
func (s *Socket) accept() (client *Socket, addr string, err error) {
	fd, sa, err := unix.Accept(s.fd)
	if err != nil {
		return nil, "", err
	}
	unix.CloseOnExec(fd)
	client = &Socket{fd, s.nonblocking}
	if err := unix.SetNonblock(fd, s.nonblocking); err != nil {
		client.Close()
		return nil, "", err
	}
	return client, address(sa), nil
}

// Close closes the socket.
func (s *Socket) Close() error { return unix.Close(s.fd) }

// address returns a as text.
func address(a unix.Sockaddr) string {
	ip := a.(*unix.SockaddrInet4) // all sockets are of this family
	return netip.AddrPortFrom(netip.AddrFrom4(ip.Addr), uint16(ip.Port)).String()
}
