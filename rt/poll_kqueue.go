//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package rt

// This file implements the Poller of macOS and the BSDs with edge-triggered kqueue (EV_CLEAR). A
// pipe wakes it, because not all of these systems have EVFILT_USER.

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

type kqueue struct {
	fd      int
	wake    [2]int // pipe: read end, write end
	watched watchedFDs
	events  [128]unix.Kevent_t
}

func newPoller() (Poller, error) {
	// Not all systems can create these descriptors as close-on-exec. The lock prevents a fork
	// before CloseOnExec, as in package os.
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fd, err := unix.Kqueue()
	if err != nil {
		return nil, fmt.Errorf("create a poller: %w", os.NewSyscallError("kqueue", err))
	}
	unix.CloseOnExec(fd)
	p := &kqueue{fd: fd}
	if err := unix.Pipe(p.wake[:]); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("create a poller: %w", os.NewSyscallError("pipe", err))
	}
	for _, end := range p.wake {
		unix.CloseOnExec(end)
		if err := unix.SetNonblock(end, true); err != nil {
			p.Close()
			return nil, fmt.Errorf("create a poller: %w", os.NewSyscallError("fcntl", err))
		}
	}
	// The pipe is not edge-triggered: Wait reads it, so it does not fill up.
	if err := p.change(p.wake[0], unix.EV_ADD, unix.EVFILT_READ); err != nil {
		p.Close()
		return nil, fmt.Errorf("create a poller: %w", err)
	}
	return p, nil
}

func (p *kqueue) change(fd, flags int, filters ...int) error {
	var changes [2]unix.Kevent_t
	for i, filter := range filters {
		unix.SetKevent(&changes[i], fd, filter, flags)
	}
	_, err := unix.Kevent(p.fd, changes[:len(filters)], nil, nil)
	return os.NewSyscallError("kevent", err)
}

func (p *kqueue) Add(fd int, r Readiness) error {
	if fd < 0 || fd == p.fd || fd == p.wake[0] || fd == p.wake[1] {
		return fmt.Errorf("watch descriptor %d: %w", fd, unix.EBADF)
	}
	if p.watched.get(fd) != nil {
		return fmt.Errorf("watch descriptor %d: %w", fd, unix.EEXIST)
	}
	if err := p.change(fd, unix.EV_ADD|unix.EV_CLEAR, unix.EVFILT_READ, unix.EVFILT_WRITE); err != nil {
		return fmt.Errorf("watch descriptor %d: %w", fd, err)
	}
	p.watched.set(fd, r)
	return nil
}

func (p *kqueue) Remove(fd int) error {
	if p.watched.get(fd) == nil {
		return fmt.Errorf("stop watching descriptor %d: %w", fd, unix.ENOENT)
	}
	p.watched.remove(fd)
	return p.change(fd, unix.EV_DELETE, unix.EVFILT_READ, unix.EVFILT_WRITE)
}

func (p *kqueue) Wait(timeout time.Duration) error {
	// The first call does not block: under load there are events, and a call that may block costs
	// the scheduler more.
	var limit unix.Timespec
	n, err := unix.Kevent(p.fd, nil, p.events[:], &limit)
	if n == 0 && err == nil && timeout != 0 {
		wait := &limit
		if timeout < 0 {
			wait = nil
		} else {
			limit = unix.NsecToTimespec(min(timeout, 24*time.Hour).Nanoseconds())
		}
		n, err = unix.Kevent(p.fd, nil, p.events[:], wait)
	}
	if err == unix.EINTR {
		return nil
	}
	if err != nil {
		return os.NewSyscallError("kevent", err)
	}
	for i := range p.events[:n] {
		event := &p.events[i]
		fd := int(event.Ident)
		if fd == p.wake[0] {
			var sink [64]byte
			unix.Read(fd, sink[:])
			continue
		}
		r := p.watched.get(fd)
		if r == nil {
			continue
		}
		reading := int(event.Filter) == unix.EVFILT_READ
		if event.Flags&unix.EV_EOF != 0 {
			reportHangup(r)
			// The peer has reset the connection or closed the reading end of the pipe. Both
			// directions have ended, but there may be no event for the other one.
			if event.Fflags != 0 || !reading {
				r.Ready(true, true)
				continue
			}
		}
		r.Ready(reading, !reading)
	}
	return nil
}

// FD returns a descriptor that is readable when Wait would not wait.
func (p *kqueue) FD() int { return p.fd }

func (p *kqueue) Wakeup() error {
	_, err := unix.Write(p.wake[1], []byte{0})
	if err == unix.EAGAIN {
		return nil // a full pipe wakes the poller, too
	}
	return os.NewSyscallError("write", err)
}

func (p *kqueue) Close() error {
	return errors.Join(unix.Close(p.fd), unix.Close(p.wake[0]), unix.Close(p.wake[1]))
}
