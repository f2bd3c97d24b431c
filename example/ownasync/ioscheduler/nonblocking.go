//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

// This file is the variant that a reader asked for: sockets that do not block. An operation is
// tried first, and waits only if the system says that it would block. This saves a system call
// whenever something is there already. And a call can never stop the whole scheduler, as one
// does that blocks although the system has just said that it would not: a client may have gone
// before it was accepted, and a large write may not fit.
//
// A client that always has something to say is never made to wait, and neither does its task let
// others run. Package rt counts what a task does without waiting.

import (
	"golang.org/x/sys/unix"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// again does an operation on fd until it does not have to wait. EAGAIN is BlockingIOError.
//
//coroutine:generator
func (s *Scheduler) again(wait func(fd int, fn func()), fd int, do func() error, y co.Yielder[rt.Void, rt.Void]) error {
	for {
		if err := do(); err != unix.EAGAIN {
			return err
		}
		wait(fd, s.disappear().step)
		if _, err := y.Yield(rt.Void{}); err != nil {
			return err
		}
	}
}

// TryRecv is Recv for a socket that does not block.
//
//coroutine:generator
func (s *Scheduler) TryRecv(sock *Socket, p []byte, y co.Yielder[rt.Void, rt.Void]) (n int, err error) {
	read := func() (err error) { n, err = unix.Read(sock.fd, p); return err }
	err = s.again(s.ReadWait, sock.fd, read, y)
	return n, err
}

// TrySend is Send for a socket that does not block.
//
//coroutine:generator
func (s *Scheduler) TrySend(sock *Socket, p []byte, y co.Yielder[rt.Void, rt.Void]) (n int, err error) {
	write := func() (err error) { n, err = unix.Write(sock.fd, p); return err }
	err = s.again(s.WriteWait, sock.fd, write, y)
	return n, err
}

// TryAccept is Accept for a socket that does not block. Neither does that of the client.
//
//coroutine:generator
func (s *Scheduler) TryAccept(sock *Socket, y co.Yielder[rt.Void, rt.Void]) (client *Socket, addr string, err error) {
	accept := func() (err error) { client, addr, err = sock.accept(); return err }
	err = s.again(s.ReadWait, sock.fd, accept, y)
	return client, addr, err
}
