package rt

// This file implements how a loop waits on Linux: as an ordinary goroutine, in the poller of the
// Go scheduler.

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// parking waits until an epoll descriptor, inner, has events. A wait occupies no thread: a
// thousand loops that wait are a thousand goroutines. The deadline of a file serves as the timeout
// and wakes the loop. Setting a deadline is no system call.
//
// The scheduler does not watch inner itself. It would then receive every event, even while the
// loop is busy and asks inner anyway. With 64 busy connections this cost a third of the
// throughput. Instead, the scheduler watches another epoll descriptor, outer, which watches inner
// only while the loop waits.
type parking struct {
	inner   int
	outer   int
	file    *os.File // owns outer
	conn    syscall.RawConn
	waits   func(uintptr) bool // made once, so that a wait does not allocate
	limited bool               // file may have a deadline
	woken   atomic.Bool
	thread  bool // see leave

	// The state of the current wait.
	armed  bool
	events []unix.EpollEvent
	n      int
	err    error
}

// init prepares p to wait for inner.
func (p *parking) init(inner int) error {
	outer, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return os.NewSyscallError("epoll_create1", err)
	}
	if err := unix.SetNonblock(outer, true); err != nil { // the scheduler watches non-blocking files only
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
	p.waits = p.isOver
	p.conn, err = p.file.SyscallConn()
	return err
}

// isOver reports to conn.Read whether the wait is over. The first call arms outer; conn.Read calls
// isOver again when outer has an event.
func (p *parking) isOver(uintptr) (over bool) {
	if p.armed {
		return true
	}
	if len(p.events) == 0 { // inner watches nothing
		return false
	}
	p.armed = true
	if p.err = p.arm(); p.err != nil {
		return true
	}
	// An event from before may not wake the scheduler.
	p.n, p.err = epollNow(p.inner, p.events)
	return p.n > 0 || p.err != nil
}

// arm makes outer report the events of inner.
func (p *parking) arm() error { return p.watch(unix.EPOLL_CTL_MOD, unix.EPOLLIN) }

// disarm makes outer report nothing.
func (p *parking) disarm() error { return p.watch(unix.EPOLL_CTL_MOD, 0) }

// leave makes outer watch inner no longer, and reports whether that changed anything. From then on
// a wait occupies a thread, and only an event of inner ends it early. Linux limits to 100, over all
// processes, how many epoll descriptors that are watched themselves may watch one open file.
func (p *parking) leave() bool {
	if p.thread || p.watch(unix.EPOLL_CTL_DEL, 0) != nil {
		return false
	}
	p.thread = true
	return true
}

// watch makes outer watch inner for events. If events is 0, outer reports none of them.
func (p *parking) watch(op int, events uint32) error {
	event := unix.EpollEvent{Events: events}
	return os.NewSyscallError("epoll_ctl", unix.EpollCtl(p.outer, op, p.inner, &event))
}

// wait waits until inner has events, wakeup is called or timeout has passed. It stores the events
// and returns their number. If timeout is negative, it has no limit. wait may return early.
func (p *parking) wait(events []unix.EpollEvent, timeout time.Duration) (n int, err error) {
	if p.thread {
		return epollWait(p.inner, events, milliseconds(timeout))
	}
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
	// This checks the flag after setting the deadline, and wakeup sets the flag before its
	// deadline. So if the flag is not set here, the deadline of wakeup comes later and remains.
	if p.wasWoken() {
		return 0, nil
	}
	p.armed, p.events, p.n, p.err = false, events, 0, nil
	err = p.conn.Read(p.waits)
	if err != nil {
		p.limited = true // wakeup may have set a deadline
		p.woken.Store(false)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = nil
		}
	}
	if p.armed && p.err == nil {
		p.err = p.disarm()
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

// wakeup ends the wait that is running, or otherwise the next one. Any goroutine may call it.
func (p *parking) wakeup() error {
	p.woken.Store(true)
	return p.file.SetReadDeadline(longAgo)
}

func (p *parking) close() error { return p.file.Close() }

// epollWait is epoll_wait. A signal that interrupts it is no error.
func epollWait(fd int, events []unix.EpollEvent, milliseconds int) (int, error) {
	n, err := unix.EpollWait(fd, events, milliseconds)
	if err == unix.EINTR {
		return 0, nil
	}
	return max(n, 0), os.NewSyscallError("epoll_wait", err)
}

// milliseconds returns d as an argument of epoll_wait. It rounds up, so that a timer is due when
// the wait is over.
func milliseconds(d time.Duration) int {
	if d < 0 {
		return -1
	}
	const most = 24 * time.Hour // the argument has 32 bits
	return int((min(d, most) + time.Millisecond - 1) / time.Millisecond)
}
