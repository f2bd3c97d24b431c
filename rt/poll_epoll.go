//go:build linux

package rt

// This file implements the Poller of Linux with edge-triggered epoll. park_linux.go implements how
// it waits.

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// epollInterest is the events for which every descriptor is registered. A connection needs one
// epoll_ctl in its life. EPOLLPRI is among the events because a read stops before urgent data; see
// [HangupReadiness].
const epollInterest = unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLPRI | unix.EPOLLRDHUP | epollEdge

// epollEdge is EPOLLET as an unsigned bit, as in the struct of the kernel.
const epollEdge = 1 << 31

// epollHangup is the events of a hang-up. After one of them, a short read does not mean that the
// next read would block, and no further edge may come.
const epollHangup = unix.EPOLLHUP | unix.EPOLLRDHUP | unix.EPOLLERR | unix.EPOLLPRI

type epoll struct {
	fd      int
	watched watchedFDs
	events  [128]unix.EpollEvent
	parking parking
	bell    atomic.Int32 // eventfd that makes fd readable for a host that waits for fd; -1: none
}

func newPoller() (Poller, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("create a poller: %w", os.NewSyscallError("epoll_create1", err))
	}
	p := &epoll{fd: fd}
	p.bell.Store(-1)
	if err := p.parking.init(fd); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("create a poller: %w", err)
	}
	return p, nil
}

func (p *epoll) Add(fd int, r Readiness) error {
	if fd < 0 || fd == p.fd || fd == int(p.bell.Load()) {
		return fmt.Errorf("watch descriptor %d: %w", fd, unix.EBADF)
	}
	if p.watched.get(fd) != nil {
		return fmt.Errorf("watch descriptor %d: %w", fd, unix.EEXIST)
	}
	event := unix.EpollEvent{Events: epollInterest, Fd: int32(fd)}
	err := unix.EpollCtl(p.fd, unix.EPOLL_CTL_ADD, fd, &event)
	if (err == unix.EINVAL || err == unix.ELOOP) && p.FD() >= 0 && p.parking.leave() {
		err = unix.EpollCtl(p.fd, unix.EPOLL_CTL_ADD, fd, &event)
	}
	if err != nil {
		return fmt.Errorf("watch descriptor %d: %w", fd, os.NewSyscallError("epoll_ctl", err))
	}
	p.watched.set(fd, r)
	return nil
}

func (p *epoll) Remove(fd int) error {
	if p.watched.get(fd) == nil {
		return fmt.Errorf("stop watching descriptor %d: %w", fd, unix.ENOENT)
	}
	p.watched.remove(fd)
	// Closing the descriptor would also remove it, but not while a child process that was just
	// forked holds a copy.
	err := unix.EpollCtl(p.fd, unix.EPOLL_CTL_DEL, fd, nil)
	return os.NewSyscallError("epoll_ctl", err)
}

func (p *epoll) Wait(timeout time.Duration) error {
	if p.parking.wasWoken() {
		timeout = 0
	}
	events := p.events[:]
	if p.watched.n == 0 && p.bell.Load() < 0 {
		events = nil // a loop that only computes makes no system call
	}
	// The first call does not wait: under load there are events.
	n, err := epollNow(p.fd, events)
	if n == 0 && err == nil && timeout != 0 {
		n, err = p.parking.wait(events, timeout)
	}
	if err != nil {
		return err
	}
	for i := range p.events[:n] {
		event := &p.events[i]
		fd := int(event.Fd)
		r := p.watched.get(fd)
		if r == nil {
			continue // the bell, or a removed descriptor that a child process still holds open
		}
		if event.Events&epollHangup != 0 {
			reportHangup(r)
		}
		const fails = unix.EPOLLHUP | unix.EPOLLERR
		r.Ready(event.Events&(unix.EPOLLIN|unix.EPOLLPRI|unix.EPOLLRDHUP|fails) != 0,
			event.Events&(unix.EPOLLOUT|fails) != 0)
	}
	return nil
}

// epollNow stores the events that fd has now and returns their number. It does not wait. If events
// is empty, epollNow makes no system call.
func epollNow(fd int, events []unix.EpollEvent) (int, error) {
	if len(events) == 0 {
		return 0, nil
	}
	return epollWait(fd, events, 0)
}

// FD returns a descriptor that is readable when Wait would not wait, or -1 if the system has no
// descriptor left.
func (p *epoll) FD() int {
	if p.bell.Load() < 0 {
		bell, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
		if err != nil {
			return -1
		}
		// Each write is an edge, so nobody has to read the counter.
		event := unix.EpollEvent{Events: unix.EPOLLIN | epollEdge, Fd: int32(bell)}
		if unix.EpollCtl(p.fd, unix.EPOLL_CTL_ADD, bell, &event) != nil {
			unix.Close(bell)
			return -1
		}
		p.bell.Store(int32(bell))
	}
	if p.parking.woken.Load() { // Wakeup was called before there was a bell
		p.ring()
	}
	return p.fd
}

func (p *epoll) Wakeup() error {
	err := p.parking.wakeup()
	if p.bell.Load() >= 0 {
		err = errors.Join(err, p.ring())
	}
	return err
}

// ring makes fd readable for a host.
func (p *epoll) ring() error {
	one := [8]byte{}
	binary.NativeEndian.PutUint64(one[:], 1) // the 64-bit counter never reaches its limit
	_, err := unix.Write(int(p.bell.Load()), one[:])
	return os.NewSyscallError("write", err)
}

func (p *epoll) Close() error {
	err := errors.Join(p.parking.close(), os.NewSyscallError("close", unix.Close(p.fd)))
	if bell := int(p.bell.Load()); bell >= 0 {
		err = errors.Join(err, os.NewSyscallError("close", unix.Close(bell)))
	}
	return err
}
