//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rt

// This file makes non-blocking TCP sockets the carriers of Conn and Listener.

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// maxTransfer is the most that one system call is given: larger ones fail on
// some systems (the limit is package net's).
const maxTransfer = 1 << 30

// A socket is a non-blocking stream socket, as Endpoint of a Conn.
type socket struct {
	fd     int
	hangup bool // short reads prove nothing: see hungUp
	loop   *Loop
	conn   Readiness
	local  netip.AddrPort
	remote netip.AddrPort
	unused runtime.Cleanup // closes what nobody can close any more
}

// A socketConn is a Conn and its Endpoint in one allocation.
type socketConn struct {
	Conn
	socket
}

// newSocketConn returns the connection over fd, which it owns from now on.
func newSocketConn(fd int, local, remote netip.AddrPort) *Conn {
	c := &socketConn{socket: socket{fd: fd, local: local, remote: remote}}
	c.Conn.end = &c.socket
	c.unused = closeUnused(c, fd)
	return &c.Conn
}

// closeUnused closes fd when its owner has become unreachable without having
// been closed, as package net does. An owner in use is reachable from its loop.
func closeUnused[T any](owner *T, fd int) runtime.Cleanup {
	return runtime.AddCleanup(owner, func(fd int) { unix.Close(fd) }, fd)
}

func (s *socket) Attach(l *Loop, r Readiness) error {
	if err := l.poller.Add(s.fd, s); err != nil {
		return err
	}
	s.loop, s.conn, s.hangup = l, r, false
	return nil
}

// Ready implements Readiness.
func (s *socket) Ready(readable, writable bool) { s.conn.Ready(readable, writable) }

func (s *socket) hungUp() { s.hangup = true }

func (s *socket) Read(p []byte) (int, error) {
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

func (s *socket) Write(p []byte) (int, error) {
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

func (s *socket) CloseWrite() error {
	return os.NewSyscallError("shutdown", unix.Shutdown(s.fd, unix.SHUT_WR))
}

func (s *socket) Close() error {
	s.unused.Stop()
	fd := s.fd
	s.fd = -1
	unwatch(s.loop, fd)
	return os.NewSyscallError("close", unix.Close(fd))
}

func (s *socket) LocalAddr() net.Addr  { return tcpAddr(s.local) }
func (s *socket) RemoteAddr() net.Addr { return tcpAddr(s.remote) }

// unwatch undoes Attach, before fd is closed.
func unwatch(l *Loop, fd int) {
	if l != nil && !l.isClosed() {
		l.poller.Remove(fd)
	}
}

// A listenSocket is a listening socket, as Acceptor of a Listener.
type listenSocket struct {
	fd     int
	loop   *Loop
	addr   netip.AddrPort
	unused runtime.Cleanup
}

// listenTCP leaves the work to package net (dual stack, backlog, options,
// names) and takes over a duplicate of the descriptor, which is non-blocking
// already.
func listenTCP(network, address string) (Acceptor, error) {
	var config net.ListenConfig
	config.SetMultipathTCP(false)
	l, err := config.Listen(context.Background(), network, address)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	fd, err := duplicate(l.(*net.TCPListener))
	if err == nil {
		if err = setListenOptions(fd); err != nil {
			unix.Close(fd)
		}
	}
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: network, Addr: l.Addr(), Err: err}
	}
	s := &listenSocket{fd: fd, addr: l.Addr().(*net.TCPAddr).AddrPort()}
	s.unused = closeUnused(s, fd)
	return s, nil
}

func duplicate(from syscall.Conn) (fd int, err error) {
	raw, err := from.SyscallConn()
	if err != nil {
		return -1, err
	}
	var failed error
	err = raw.Control(func(original uintptr) {
		fd, failed = unix.FcntlInt(original, unix.F_DUPFD_CLOEXEC, 0)
	})
	if err == nil {
		err = os.NewSyscallError("fcntl", failed)
	}
	return fd, err
}

func (s *listenSocket) Attach(l *Loop, r Readiness) error {
	if err := l.poller.Add(s.fd, r); err != nil {
		return err
	}
	s.loop = l
	return nil
}

func (s *listenSocket) Accept() (*Conn, error) {
	for {
		fd, from, err := accept(s.fd)
		switch err {
		case nil:
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			return nil, ErrWouldBlock
		default:
			return nil, os.NewSyscallError("accept", err)
		}
		if err := setConnOptions(fd); err != nil {
			// The peer is gone already: some systems say so here.
			unix.Close(fd)
			return nil, os.NewSyscallError("setsockopt", unix.ECONNABORTED)
		}
		var local netip.AddrPort
		if at, err := unix.Getsockname(fd); err == nil {
			local = addrPort(at)
		}
		return newSocketConn(fd, local, addrPort(from)), nil
	}
}

// gaveUp reports whether a failed accept was about one peer, which had left
// while it waited in line.
func gaveUp(err error) bool { return errors.Is(err, unix.ECONNABORTED) }

// passing reports whether a failed accept may work later: what is missing can
// come back. The second line is trouble of the network that Linux reports here
// on behalf of a peer.
func passing(err error) bool {
	var code syscall.Errno
	if !errors.As(err, &code) {
		return false
	}
	switch code {
	case unix.EMFILE, unix.ENFILE, unix.ENOBUFS, unix.ENOMEM,
		unix.ENETDOWN, unix.EPROTO, unix.ENOPROTOOPT, unix.EHOSTDOWN, unix.EHOSTUNREACH, unix.ENETUNREACH, unix.EPERM:
		return true
	}
	return false
}

func (s *listenSocket) Close() error {
	s.unused.Stop()
	fd := s.fd
	s.fd = -1
	unwatch(s.loop, fd)
	return os.NewSyscallError("close", unix.Close(fd))
}

func (s *listenSocket) Addr() net.Addr { return tcpAddr(s.addr) }

// connectTCP begins to connect to an address. The connection is usable once
// its Endpoint says that it is connected.
func connectTCP(to netip.AddrPort) (*Conn, error) {
	family := unix.AF_INET6
	if to.Addr().Is4() {
		family = unix.AF_INET
	}
	address, err := sockaddr(to)
	if err != nil {
		return nil, err
	}
	fd, err := streamSocket(family)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	if err = setDialOptions(fd); err != nil {
		unix.Close(fd)
		return nil, os.NewSyscallError("setsockopt", err)
	}
	// Interrupted, it goes on in the background like one in progress.
	switch err := unix.Connect(fd, address); err {
	case nil, unix.EINPROGRESS, unix.EALREADY, unix.EINTR:
		return newSocketConn(fd, netip.AddrPort{}, to), nil
	default:
		unix.Close(fd)
		return nil, os.NewSyscallError("connect", err)
	}
}

// connected reports whether the attempt that connectTCP began has come to its
// end, and which: nil, ErrWouldBlock for not yet, or why it failed.
func connected(c *Conn) error {
	s := c.end.(*socket)
	code, err := unix.GetsockoptInt(s.fd, unix.SOL_SOCKET, unix.SO_ERROR)
	if err != nil {
		return os.NewSyscallError("getsockopt", err)
	}
	if code != 0 {
		return os.NewSyscallError("connect", syscall.Errno(code))
	}
	// No error is not yet success: the report may have been spurious.
	if _, err := unix.Getpeername(s.fd); err == unix.ENOTCONN {
		return ErrWouldBlock
	}
	if at, err := unix.Getsockname(s.fd); err == nil {
		s.local = addrPort(at)
	}
	if s.local == s.remote {
		// A loopback socket that was given the port it dials connects to
		// itself. Nobody listens there.
		return os.NewSyscallError("connect", unix.ECONNREFUSED)
	}
	return nil
}

func tcpAddr(a netip.AddrPort) net.Addr {
	if !a.IsValid() {
		return nil
	}
	return net.TCPAddrFromAddrPort(a)
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
