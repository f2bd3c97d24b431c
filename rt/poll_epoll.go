//go:build linux

package rt

// This file is the Poller of Linux: edge-triggered epoll, woken through an
// eventfd, or without either as long as there are no descriptors.

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// Every descriptor is registered once, for everything, edge-triggered: one
// epoll_ctl for the life of a connection. The urgent mark (EPOLLPRI) is asked
// for because a read stops short of it; see [HangupReadiness].
const epollInterest = unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLPRI | unix.EPOLLRDHUP | epollEdge

// epollEdge is EPOLLET as the unsigned bit that it is in the kernel's struct.
const epollEdge = 1 << 31

// After one of these, a read or write does not stop at "would block", and no
// further edge is to come.
const epollHangup = unix.EPOLLHUP | unix.EPOLLRDHUP | unix.EPOLLERR | unix.EPOLLPRI

type epoll struct {
	fd      int
	wake    int         // eventfd
	one     [8]byte     // what is written to it
	watched []Readiness // by descriptor, nil: not watched
	events  [128]unix.EpollEvent

	// As long as nothing is watched, the poller sleeps without the system. A
	// Wakeup that comes while that changes may look in the wrong place; but
	// it changes only while the loop is at work, and then nobody needs one.
	sleeper
	count   int         // of what is watched
	polling atomic.Bool // count > 0
	outside atomic.Bool // somebody else waits for fd
}

func newPoller() (Poller, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("create a poller: %w", os.NewSyscallError("epoll_create1", err))
	}
	wake, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("create a poller: %w", os.NewSyscallError("eventfd2", err))
	}
	p := &epoll{fd: fd, wake: wake, sleeper: newSleeper()}
	binary.NativeEndian.PutUint64(p.one[:], 1) // in ones, the 64 bits never fill
	// Edge-triggered, so that the counter never has to be read back: each write
	// is an edge.
	event := unix.EpollEvent{Events: unix.EPOLLIN | epollEdge, Fd: int32(wake)}
	if err := unix.EpollCtl(fd, unix.EPOLL_CTL_ADD, wake, &event); err != nil {
		p.Close()
		return nil, fmt.Errorf("create a poller: %w", os.NewSyscallError("epoll_ctl", err))
	}
	return p, nil
}

func (p *epoll) Add(fd int, r Readiness) error {
	if fd < 0 || fd == p.fd || fd == p.wake {
		return fmt.Errorf("watch descriptor %d: %w", fd, unix.EBADF)
	}
	if fd < len(p.watched) && p.watched[fd] != nil {
		return fmt.Errorf("watch descriptor %d: %w", fd, unix.EEXIST)
	}
	event := unix.EpollEvent{Events: epollInterest, Fd: int32(fd)}
	if err := unix.EpollCtl(p.fd, unix.EPOLL_CTL_ADD, fd, &event); err != nil {
		return fmt.Errorf("watch descriptor %d: %w", fd, os.NewSyscallError("epoll_ctl", err))
	}
	for fd >= len(p.watched) {
		p.watched = append(p.watched, nil)
	}
	p.watched[fd] = r
	p.count++
	p.polling.Store(true)
	return nil
}

func (p *epoll) Remove(fd int) error {
	if fd < 0 || fd >= len(p.watched) || p.watched[fd] == nil {
		return fmt.Errorf("stop watching descriptor %d: %w", fd, unix.ENOENT)
	}
	p.watched[fd] = nil
	p.count--
	p.polling.Store(p.count > 0)
	// Closing the descriptor would do it too, but not while a child process
	// that was just forked holds a copy.
	err := unix.EpollCtl(p.fd, unix.EPOLL_CTL_DEL, fd, nil)
	return os.NewSyscallError("epoll_ctl", err)
}

func (p *epoll) Wait(timeout time.Duration) error {
	if p.count == 0 && !p.outside.Load() {
		p.sleep(timeout)
		return nil
	}
	if p.wasWoken() {
		timeout = 0
	}
	// First without blocking: under load something is there, and a call that
	// may block costs the scheduler more.
	n, err := unix.EpollWait(p.fd, p.events[:], 0)
	if n == 0 && err == nil && timeout != 0 {
		n, err = unix.EpollWait(p.fd, p.events[:], milliseconds(timeout))
	}
	if err == unix.EINTR {
		return nil
	}
	if err != nil {
		return os.NewSyscallError("epoll_wait", err)
	}
	for i := range p.events[:n] {
		event := &p.events[i]
		fd := int(event.Fd)
		if fd == p.wake {
			p.wasWoken() // it is, this once
			continue
		}
		r := p.watched[fd]
		if r == nil {
			continue // removed, then closed here but not in a child process
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

// FD returns a descriptor that is readable when Wait would not wait.
func (p *epoll) FD() int {
	p.outside.Store(true)
	if p.wasWoken() { // before we were asked
		p.signal()
	}
	return p.fd
}

func (p *epoll) Wakeup() error {
	p.wakeup()
	if !p.polling.Load() && !p.outside.Load() {
		return nil
	}
	return p.signal()
}

func (p *epoll) signal() error {
	_, err := unix.Write(p.wake, p.one[:])
	return os.NewSyscallError("write", err)
}

func (p *epoll) Close() error {
	return errors.Join(unix.Close(p.fd), unix.Close(p.wake))
}

// milliseconds is d as epoll_wait counts: rounded up, so that a timer is due
// when the wait is over, and no longer than a 32-bit int holds.
func milliseconds(d time.Duration) int {
	if d < 0 {
		return -1
	}
	const most = 24 * time.Hour
	return int((min(d, most) + time.Millisecond - 1) / time.Millisecond)
}
