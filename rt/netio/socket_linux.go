package netio

// This file is what Linux does better than the other Unixes: sockets are born
// non-blocking and close-on-exec, and inherit their listener's options.

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

// setDialOptions gives a socket the options that package net gives its own: no
// delay for small writes, and a probe every 15 seconds when idle, so that a
// peer that vanished is noticed after nine.
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

// Set once on the listener, they hold for every connection.
func setListenOptions(fd int) error { return setDialOptions(fd) }
func setConnOptions(int) error      { return nil }
