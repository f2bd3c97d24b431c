package rt

// This file is how a loop waits on Linux: as an ordinary goroutine, in the poller of Go's
// own scheduler.

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// parking waits until an epoll descriptor, inner, has events. No thread waits with it: a
// thousand loops that wait are a thousand goroutines. The deadline of a file is both the
// timeout and the way to wake the loop. Neither is a system call.
//
// The scheduler does not watch inner itself. It would be told of each event, also while
// the loop is at work and asks inner anyway: with 64 busy connections that cost a third
// of the throughput. It watches another epoll descriptor, outer, which watches inner only
// while the loop waits.
type parking struct {
	inner   int
	outer   int
	file    *os.File // owns outer
	conn    syscall.RawConn
	park    func(uintptr) bool // made once: to wait does not allocate
	limited bool               // file may have a deadline
	woken   atomic.Bool

	// Of the wait in progress.
	parked bool
	events []unix.EpollEvent
	n      int
	err    error
}

// init makes p wait for inner.
func (p *parking) init(inner int) error {
	outer, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return os.NewSyscallError("epoll_create1", err)
	}
	if err := unix.SetNonblock(outer, true); err != nil { // else the scheduler does not watch it
		unix.Close(outer)
		return os.NewSyscallError("fcntl", err)
	}
	p.inner, p.outer = inner, outer
	p.file = os.NewFile(uintptr(outer), "epoll")
	if err := p.start(); err != nil {
		p.file.Close()
		return err
	}
	return nil
}

func (p *parking) start() (err error) {
	if err := p.watch(unix.EPOLL_CTL_ADD, 0); err != nil {
		return err
	}
	if err := p.file.SetReadDeadline(time.Time{}); err != nil {
		return fmt.Errorf("the scheduler of Go does not watch an epoll descriptor: %w", err)
	}
	p.park = func(uintptr) bool {
		if p.parked { // and something has happened
			return true
		}
		if len(p.events) == 0 {
			return false
		}
		p.parked = true
		if p.err = p.watch(unix.EPOLL_CTL_MOD, unix.EPOLLIN); p.err != nil {
			return true
		}
		// An event that came earlier need not wake the scheduler.
		p.n, p.err = epollNow(p.inner, p.events)
		return p.n > 0 || p.err != nil
	}
	p.conn, err = p.file.SyscallConn()
	return err
}

// watch lets outer watch inner for events; if that is 0, outer is not told of any.
func (p *parking) watch(op int, events uint32) error {
	event := unix.EpollEvent{Events: events}
	return os.NewSyscallError("epoll_ctl", unix.EpollCtl(p.outer, op, p.inner, &event))
}

// wait waits until there are events, which it stores, wakeup is called or timeout has
// passed: forever if timeout is negative. It may return early.
func (p *parking) wait(events []unix.EpollEvent, timeout time.Duration) (n int, err error) {
	var deadline time.Time
	if timeout > 0 {
		deadline = time.Now().Add(timeout)
	}
	if timeout > 0 || p.limited {
		if err := p.file.SetReadDeadline(deadline); err != nil {
			return 0, err
		}
	}
	p.limited = timeout > 0
	// The look at the flag comes after the deadline is set, and wakeup sets the flag before
	// its deadline: if the flag is not set yet, the deadline of wakeup comes later and stands.
	if p.wasWoken() {
		return 0, nil
	}
	p.parked, p.events, p.n, p.err = false, events, 0, nil
	err = p.conn.Read(p.park)
	if err != nil {
		p.limited = true // also if it was wakeup that set the deadline
		p.woken.Store(false)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = nil
		}
	}
	if p.parked && p.err == nil {
		p.err = p.watch(unix.EPOLL_CTL_MOD, 0)
	}
	if err = errors.Join(err, p.err); err != nil || p.n > 0 {
		return p.n, err
	}
	return epollNow(p.inner, events)
}

// wasWoken reports whether wakeup was called since the last wait.
func (p *parking) wasWoken() bool { return p.woken.Load() && p.woken.Swap(false) }

// longAgo is a deadline that has passed.
var longAgo = time.Unix(1, 0)

// wakeup ends the running or else the next wait. Any goroutine may call it.
func (p *parking) wakeup() error {
	p.woken.Store(true)
	return p.file.SetReadDeadline(longAgo)
}

func (p *parking) close() error { return p.file.Close() }
