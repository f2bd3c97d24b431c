//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio

// This file makes endpoints of Conn from descriptors made elsewhere: pipes, terminals and
// sockets.

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// A fileEnd is the Endpoint of a pipe or a terminal.
type fileEnd struct {
	stream
	name      fileAddr
	terminal  bool
	writeOnly bool // the writing end of a pipe
}

// fileAddr is the address of a fileEnd: its name.
type fileAddr string

func (a fileAddr) Network() string { return "file" }
func (a fileAddr) String() string  { return string(a) }

// duplicateStream returns a connection over a duplicate of the descriptor of from.
func duplicateStream(from syscall.Conn) (*Conn, error) {
	fd, err := duplicate(from)
	if err != nil {
		return nil, err
	}
	c, err := newStreamConn(fd, from)
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	return c, nil
}

// newStreamConn returns a connection over fd. The connection owns fd unless there is an error.
func newStreamConn(fd int, from any) (*Conn, error) {
	var info unix.Stat_t
	if err := unix.Fstat(fd, &info); err != nil {
		return nil, os.NewSyscallError("fstat", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, os.NewSyscallError("setnonblock", err)
	}
	switch info.Mode & unix.S_IFMT {
	case unix.S_IFSOCK:
		return newSocketConn(fd)
	case unix.S_IFIFO, unix.S_IFCHR:
		name := fmt.Sprintf("|%d", fd)
		if from, ok := from.(interface{ Name() string }); ok {
			name = from.Name()
		}
		c := &struct {
			Conn
			fileEnd
		}{}
		mode, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
		if err != nil {
			return nil, os.NewSyscallError("fcntl", err)
		}
		terminal := info.Mode&unix.S_IFMT == unix.S_IFCHR
		c.fileEnd = fileEnd{
			name:      fileAddr(name),
			terminal:  terminal,
			writeOnly: !terminal && mode&unix.O_ACCMODE == unix.O_WRONLY,
		}
		c.Conn.end = &c.fileEnd
		c.own(fd, "connection")
		c.hangup = terminal // a read stops at the end of a line, so a short read proves nothing
		return &c.Conn, nil
	}
	return nil, fmt.Errorf("neither a pipe nor a terminal nor a socket: use package files for a file: %w", errors.ErrUnsupported)
}

// newSocketConn returns a connection over the socket fd. The connection owns fd unless there is
// an error.
func newSocketConn(fd int) (*Conn, error) {
	kind, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TYPE)
	if err != nil {
		return nil, os.NewSyscallError("getsockopt", err)
	}
	if kind != unix.SOCK_STREAM {
		return nil, fmt.Errorf("not a stream socket: %w", errors.ErrUnsupported)
	}
	local, err := unix.Getsockname(fd)
	if err != nil {
		return nil, os.NewSyscallError("getsockname", err)
	}
	remote, err := unix.Getpeername(fd)
	if err != nil {
		return nil, os.NewSyscallError("getpeername", err)
	}
	if _, ok := local.(*unix.SockaddrUnix); ok {
		return newUnixConn(fd, unixName(local), unixName(remote)), nil
	}
	return newTCPConn(fd, addrPort(local), addrPort(remote)), nil
}

func (f *fileEnd) Read(p []byte) (int, error) {
	if f.writeOnly {
		if f.hangup || f.fd < 0 {
			return 0, io.EOF
		}
		return 0, ErrWouldBlock
	}
	n, err := f.stream.Read(p)
	if f.terminal && errors.Is(err, unix.EIO) {
		err = io.EOF // Linux reports this when nobody has the other side of a pseudo-terminal open
	}
	return n, err
}

func (f *fileEnd) Write(p []byte) (int, error) {
	if f.fd < 0 { // closed by CloseWrite
		return 0, os.NewSyscallError("write", unix.EPIPE)
	}
	return f.stream.Write(p)
}

// CloseWrite closes the descriptor, which is how a pipe ends. A terminal stays open, because
// there is no other way to read from it.
func (f *fileEnd) CloseWrite() error {
	if f.terminal {
		return unix.ENOTSUP
	}
	err := f.Close()
	if f.ready != nil {
		f.ready.Ready(true, false) // wakes a task that waits for the reading end to be closed
	}
	return err
}

func (f *fileEnd) LocalAddr() net.Addr  { return f.name }
func (f *fileEnd) RemoteAddr() net.Addr { return f.name }
