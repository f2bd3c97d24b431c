//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package asyncio

// This file has what the loop can do with sockets: wait for them by poll(2), sock_accept,
// sock_recv and sock_sendall, which return futures.

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Poll is the selector for descriptors.
type Poll struct{}

// Select implements Selector.
func (Poll) Select(readers, writers []int, timeout time.Duration) (readable, writable []int, err error) {
	fds := make([]unix.PollFd, 0, len(readers)+len(writers))
	for _, fd := range readers {
		fds = append(fds, unix.PollFd{Fd: int32(fd), Events: unix.POLLIN})
	}
	for _, fd := range writers {
		fds = append(fds, unix.PollFd{Fd: int32(fd), Events: unix.POLLOUT})
	}
	ms := -1
	if timeout >= 0 {
		ms = int((timeout + time.Millisecond - 1) / time.Millisecond)
	}
	if _, err := unix.Poll(fds, ms); err != nil && err != unix.EINTR {
		return nil, nil, os.NewSyscallError("poll", err)
	}
	for i, fd := range fds {
		switch {
		case fd.Revents == 0:
		case i < len(readers):
			readable = append(readable, int(fd.Fd))
		default:
			writable = append(writable, int(fd.Fd))
		}
	}
	return readable, writable, nil
}

// SockAccept accepts a connection of a listening socket. The result is its descriptor.
func (l *Loop) SockAccept(fd int) *Future {
	return l.whenReady(l.AddReader, l.RemoveReader, fd, "accept", func() (any, error) {
		conn, _, err := unix.Accept(fd)
		if err == nil {
			unix.CloseOnExec(conn)
			err = unix.SetNonblock(conn, true)
		}
		return conn, err
	})
}

// SockRecv reads at most n bytes. The result is a []byte, which is empty at the end.
func (l *Loop) SockRecv(fd, n int) *Future {
	return l.whenReady(l.AddReader, l.RemoveReader, fd, "recv", func() (any, error) {
		buf := make([]byte, n)
		n, err := unix.Read(fd, buf)
		return buf[:max(0, n)], err
	})
}

// SockSendAll writes all of data. The result is nil.
func (l *Loop) SockSendAll(fd int, data []byte) *Future {
	return l.whenReady(l.AddWriter, l.RemoveWriter, fd, "send", func() (any, error) {
		for len(data) > 0 {
			n, err := unix.Write(fd, data)
			if err != nil {
				return nil, err
			}
			data = data[n:]
		}
		return nil, nil
	})
}

// whenReady tries at once, and then whenever fd is ready.
func (l *Loop) whenReady(add func(int, func()), remove func(int), fd int, call string, try func() (any, error)) *Future {
	f := NewFuture(l)
	attempt := func() {
		if f.Done() {
			return
		}
		switch v, err := try(); err {
		case nil:
			f.SetResult(v)
		case unix.EAGAIN, unix.EINTR:
		default:
			f.SetException(os.NewSyscallError(call, err))
		}
	}
	attempt()
	if !f.Done() {
		add(fd, attempt)
		f.AddDoneCallback(func(*Future) { remove(fd) }) // before the task goes on; or cancelled
	}
	return f
}

// SockClose closes a socket.
func SockClose(fd int) error { return os.NewSyscallError("close", unix.Close(fd)) }
