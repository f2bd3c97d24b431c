//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio

// This file makes endpoints of Listener from listening sockets.

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// A listenSocket is the Acceptor of a listening socket.
type listenSocket struct {
	owner
	addr net.Addr // *net.TCPAddr or *net.UnixAddr
	file socketFile
}

// listen lets package net make the socket (dual stack, backlog, options, names) and uses a
// duplicate of its descriptor, which is non-blocking already.
func listen(network, address string, options listenOptions) (Acceptor, error) {
	config := options.config()
	l, err := config.Listen(context.Background(), network, address)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	if l, ok := l.(*net.UnixListener); ok {
		l.SetUnlinkOnClose(false) // Close of the duplicate removes the file
	}
	s, err := duplicateListener(l.(syscall.Conn))
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: network, Addr: l.Addr(), Err: err}
	}
	if !options.keepFile {
		s.file = newSocketFile(s.addr)
	}
	return s, nil
}

func (o listenOptions) config() (config net.ListenConfig) {
	config.SetMultipathTCP(false)
	if o.reusePort {
		config.Control = func(_, _ string, raw syscall.RawConn) error {
			return control(raw, "setsockopt", func(fd int) error {
				return unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
			})
		}
	}
	return config
}

// duplicateListener returns a listenSocket over a duplicate of the descriptor of from, which
// must be listening.
func duplicateListener(from syscall.Conn) (*listenSocket, error) {
	fd, err := duplicate(from)
	if err != nil {
		return nil, err
	}
	s := new(listenSocket)
	if err := s.init(fd); err != nil {
		unix.Close(fd)
		return nil, err
	}
	s.own(fd, "listener")
	return s, nil
}

func (s *listenSocket) init(fd int) error {
	if listening, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ACCEPTCONN); err != nil {
		return os.NewSyscallError("getsockopt", err)
	} else if listening == 0 {
		return os.NewSyscallError("listen", unix.EINVAL)
	}
	at, err := unix.Getsockname(fd)
	if err != nil {
		return os.NewSyscallError("getsockname", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return os.NewSyscallError("setnonblock", err)
	}
	if _, ok := at.(*unix.SockaddrUnix); ok {
		s.addr = unixName(at)
		return nil
	}
	s.addr = tcpAddr(addrPort(at))
	return setListenOptions(fd)
}

// duplicate returns a duplicate of the descriptor of from.
func duplicate(from syscall.Conn) (fd int, err error) {
	raw, err := from.SyscallConn()
	if err != nil {
		return -1, err
	}
	err = control(raw, "fcntl", func(original int) (err error) {
		fd, err = unix.FcntlInt(uintptr(original), unix.F_DUPFD_CLOEXEC, 0)
		return err
	})
	if err != nil {
		return -1, err
	}
	return fd, nil
}

// control calls fn with the descriptor of raw.
func control(raw syscall.RawConn, call string, fn func(fd int) error) error {
	var failed error
	err := raw.Control(func(fd uintptr) { failed = fn(int(fd)) })
	if err == nil {
		err = os.NewSyscallError(call, failed)
	}
	return err
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
		if local, ok := s.addr.(*net.UnixAddr); ok {
			return newUnixConn(fd, local, unixName(from)), nil
		}
		if err := setConnOptions(fd); err != nil {
			// The peer has left already. Some systems report that here.
			unix.Close(fd)
			return nil, os.NewSyscallError("setsockopt", unix.ECONNABORTED)
		}
		var local netip.AddrPort
		if at, err := unix.Getsockname(fd); err == nil {
			local = addrPort(at)
		}
		return newTCPConn(fd, local, addrPort(from)), nil
	}
}

// gaveUp reports whether a failed accept concerns only a peer that left before it was accepted.
func gaveUp(err error) bool { return errors.Is(err, unix.ECONNABORTED) }

// passing reports whether accept may work later. The errors of the first line mean that a
// resource is missing, which may come back. Those of the second line are network errors of a
// peer that Linux reports here.
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
	return errors.Join(s.owner.Close(), s.file.remove())
}

func (s *listenSocket) Addr() net.Addr { return s.addr }

// A socketFile is the file of a Unix socket, which is removed with the socket.
type socketFile struct {
	name string // "": no file
	info os.FileInfo
}

func newSocketFile(addr net.Addr) (f socketFile) {
	a, ok := addr.(*net.UnixAddr)
	if !ok || a.Name == "" || a.Name[0] == '@' {
		return f
	}
	info, err := os.Lstat(a.Name)
	if err != nil {
		return f
	}
	return socketFile{a.Name, info}
}

// remove removes the file unless another file has taken its place.
func (f socketFile) remove() error {
	if f.name == "" {
		return nil
	}
	now, err := os.Lstat(f.name)
	if err == nil && os.SameFile(f.info, now) {
		err = os.Remove(f.name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return err
}
