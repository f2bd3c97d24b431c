//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package netio

// This file makes sockets in the way that macOS and all the BSDs share.

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

func accept(fd int) (int, unix.Sockaddr, error) {
	// A fork between the two calls would pass the descriptor to a child. Accept does not block,
	// so the lock is held only for a short time.
	syscall.ForkLock.RLock()
	accepted, from, err := unix.Accept(fd)
	if err == nil {
		unix.CloseOnExec(accepted)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return -1, nil, err
	}
	if err := unix.SetNonblock(accepted, true); err != nil {
		unix.Close(accepted)
		return -1, nil, err
	}
	return accepted, from, nil
}

func newSocket(family, kind, protocol int) (int, error) {
	syscall.ForkLock.RLock()
	fd, err := unix.Socket(family, kind, protocol)
	if err == nil {
		unix.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return -1, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// setDialOptions sets the options that package net sets, too: no delay for small writes, and
// probes on an idle connection, at the pace of the system.
func setDialOptions(fd int) error {
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
		return os.NewSyscallError("setsockopt", err)
	}
	return os.NewSyscallError("setsockopt", unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1))
}

// setListenOptions sets nothing: on some systems a connection does not inherit the options of
// its listener.
func setListenOptions(int) error  { return nil }
func setConnOptions(fd int) error { return setDialOptions(fd) }
