//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package netio

// This file makes sockets the way that macOS and all the BSDs share.

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

func accept(fd int) (int, unix.Sockaddr, error) {
	// Between the two calls no fork must hand the descriptor to a child.
	// Accept does not block, so the lock is short.
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

// setDialOptions: no delay for small writes, as package net has it, and probes
// when idle, at the system's pace.
func setDialOptions(fd int) error {
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
		return os.NewSyscallError("setsockopt", err)
	}
	return os.NewSyscallError("setsockopt", unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1))
}

// Not everywhere does a connection inherit its listener's options.
func setListenOptions(int) error  { return nil }
func setConnOptions(fd int) error { return setDialOptions(fd) }
