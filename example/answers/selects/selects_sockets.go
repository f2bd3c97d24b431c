//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package selects

import (
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// selectNow is select. A signal interrupts it, and it goes on: the Go runtime has signals of its
// own.
func selectNow(read, write []int, timeout time.Duration) (readable, writable []int, err error) {
	begun := time.Now()
	for {
		var r, w unix.FdSet
		most := -1
		for set, fds := range map[*unix.FdSet][]int{&r: read, &w: write} {
			for _, fd := range fds {
				if fd >= unix.FD_SETSIZE {
					return nil, nil, fmt.Errorf("select: descriptor %d is above %d", fd, unix.FD_SETSIZE-1)
				}
				set.Set(fd)
				most = max(most, fd)
			}
		}
		var left *unix.Timeval
		if timeout >= 0 {
			t := unix.NsecToTimeval(int64(max(0, timeout-time.Since(begun)) + 999))
			left = &t
		}
		switch _, err := unix.Select(most+1, &r, &w, nil, left); err {
		case nil:
			return isSet(read, &r), isSet(write, &w), nil
		case unix.EINTR:
		default:
			return nil, nil, fmt.Errorf("select: %w", err)
		}
	}
}

func isSet(fds []int, set *unix.FdSet) (ready []int) {
	for _, fd := range fds {
		if set.IsSet(fd) {
			ready = append(ready, fd)
		}
	}
	return ready
}

// Connect begins a connection to addr, an IP address and a port, and does not wait for it.
func Connect(addr string) (fd int, err error) {
	to, err := netip.ParseAddrPort(addr)
	if err != nil {
		return -1, err
	}
	var domain int
	var sa unix.Sockaddr
	if to.Addr().Is4() {
		domain, sa = unix.AF_INET, &unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()}
	} else {
		domain, sa = unix.AF_INET6, &unix.SockaddrInet6{Port: int(to.Port()), Addr: to.Addr().As16()}
	}
	if fd, err = unix.Socket(domain, unix.SOCK_STREAM, 0); err != nil {
		return -1, fmt.Errorf("socket: %w", err)
	}
	unix.CloseOnExec(fd)
	if err = unix.SetNonblock(fd, true); err == nil {
		err = unix.Connect(fd, sa)
	}
	if err != nil && err != unix.EINPROGRESS {
		unix.Close(fd)
		return -1, fmt.Errorf("connect to %s: %w", addr, err)
	}
	return fd, nil
}

// Pair returns two ends of a connection. The first one does not block.
func Pair() (a, b int, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		return -1, -1, fmt.Errorf("socketpair: %w", err)
	}
	unix.CloseOnExec(fds[0])
	unix.CloseOnExec(fds[1])
	if err := unix.SetNonblock(fds[0], true); err != nil {
		return -1, -1, fmt.Errorf("socketpair: %w", err)
	}
	return fds[0], fds[1], nil
}

// Recv is socket.recv. At the end of the stream it returns 0.
func Recv(fd int, p []byte) (int, error) {
	for {
		n, err := unix.Read(fd, p)
		switch err {
		case nil:
			return n, nil
		case unix.EINTR:
		case unix.EAGAIN:
			return 0, ErrWouldBlock
		default:
			return 0, fmt.Errorf("recv: %w", err)
		}
	}
}

// Send is socket.sendall. The socket must not be one of those that do not block.
func Send(fd int, p []byte) error {
	for len(p) > 0 {
		n, err := unix.Write(fd, p)
		if err != nil && err != unix.EINTR {
			return fmt.Errorf("send: %w", err)
		}
		p = p[max(0, n):]
	}
	return nil
}

// Shutdown says that nothing more will be sent.
func Shutdown(fd int) error { return unix.Shutdown(fd, unix.SHUT_WR) }

// Close closes a descriptor.
func Close(fd int) error { return unix.Close(fd) }
