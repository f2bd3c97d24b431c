package netio

// This file makes sockets on Linux. Unlike on the other Unixes, sockets are created
// non-blocking and close-on-exec, and connections inherit the options of their listener.

import (
	"os"

	"golang.org/x/sys/unix"
)

func accept(fd int) (int, unix.Sockaddr, error) {
	return unix.Accept4(fd, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
}

func newSocket(family, kind, protocol int) (int, error) {
	return unix.Socket(family, kind|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, protocol)
}

// setDialOptions sets the options that package net sets, too: no delay for small writes, and a
// probe every 15 seconds on an idle connection. A peer that vanished is noticed after nine
// probes.
func setDialOptions(fd int) error {
	for _, option := range [...]struct{ level, name, value int }{
		{unix.IPPROTO_TCP, unix.TCP_NODELAY, 1},
		{unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1},
		{unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, 15},
		{unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, 15},
		{unix.IPPROTO_TCP, unix.TCP_KEEPCNT, 9},
	} {
		if err := unix.SetsockoptInt(fd, option.level, option.name, option.value); err != nil {
			return os.NewSyscallError("setsockopt", err)
		}
	}
	return nil
}

// setListenOptions sets the options once on the listener, for all its connections.
func setListenOptions(fd int) error { return setDialOptions(fd) }
func setConnOptions(int) error      { return nil }
