package rt

// This file is the contract between the loop and whatever waits for
// descriptors, and the two callbacks on raw descriptors made of it.

import (
	"fmt"
	"time"
)

// A Poller waits for descriptors and for other goroutines: the third step of a
// turn. One is written per platform (poll_epoll.go, poll_kqueue.go), one for
// the rest (poll_stub.go), one for tests ([rttest]); each platform file also
// defines
//
//	func newPoller() (Poller, error)
//
// Except for Wakeup, every method is called on the goroutine of the loop.
// Ready, called from Wait, may call Add and Remove.
//
// [rttest]: https://pkg.go.dev/github.com/coroutinegen/coroutinegen/rt/rttest
type Poller interface {
	// Add registers fd, edge-triggered, for reading and for writing. If fd is
	// ready already, the next Wait says so. A poller that knows no descriptors
	// returns an error that is errors.ErrUnsupported.
	Add(fd int, r Readiness) error

	// Remove forgets fd, which must not be closed yet. After Remove has
	// returned, Ready is not called for it any more, not even for an event
	// that was already taken from the system.
	Remove(fd int) error

	// Wait waits until a descriptor is ready, Wakeup is called or timeout has
	// passed: forever if timeout is negative, not at all if it is zero. It
	// calls Ready once for each descriptor that became ready. It may return
	// early, but not because the timeout was rounded down: a loop would spin.
	Wait(timeout time.Duration) error

	// Wakeup makes the running or else the next Wait return at once. Any
	// goroutine may call it, not after Close.
	Wakeup() error

	// Close releases what the poller holds; registered descriptors stay open.
	Close() error
}

// A Readiness is told what its descriptor became ready for. An error or a hang
// up counts as both: the next read or write reports it.
type Readiness interface {
	Ready(readable, writable bool)
}

// watch registers fd with the poller.
func (l *Loop) watch(fd int, r Readiness) error { return l.poller.Add(fd, r) }

// unwatch undoes watch. On a closed loop there is nothing to undo.
func (l *Loop) unwatch(fd int) error {
	if l.isClosed() {
		return nil
	}
	return l.poller.Remove(fd)
}

// rawFD is a descriptor registered with AddReader or AddWriter.
type rawFD struct {
	loop   *Loop
	fd     int
	read   func()
	write  func()
	queued *Handle // the pending call of run
	can    struct{ read, write bool }
}

// Ready implements [Readiness].
func (f *rawFD) Ready(readable, writable bool) {
	f.can.read = f.can.read || readable
	f.can.write = f.can.write || writable
	if f.queued == nil && (f.can.read && f.read != nil || f.can.write && f.write != nil) {
		f.queued = f.loop.CallSoon(f.run)
	}
}

// run makes the callbacks, then registers the descriptor afresh: an
// edge-triggered poller would stay silent about what a callback left unread.
func (f *rawFD) run() {
	f.queued = nil
	can := f.can
	f.can.read, f.can.write = false, false
	if can.read && f.read != nil {
		f.read()
	}
	if can.write && f.write != nil {
		f.write()
	}
	if f.loop.fds[f.fd] != f {
		return
	}
	err := f.loop.poller.Remove(f.fd)
	if err == nil {
		err = f.loop.poller.Add(f.fd, f)
	}
	if err != nil {
		delete(f.loop.fds, f.fd)
		panic(fmt.Errorf("rt: cannot go on watching descriptor %d: %w (remove its reader and writer before closing it)", f.fd, err))
	}
}

// AddReader calls fn, on the loop, in every turn in which fd is readable, in
// place of an earlier reader of fd. The descriptor must be non-blocking.
func (l *Loop) AddReader(fd int, fn func()) error {
	f, err := l.rawFD(fd)
	if err == nil {
		f.read = fn
	}
	return err
}

// AddWriter is [Loop.AddReader] for writing.
func (l *Loop) AddWriter(fd int, fn func()) error {
	f, err := l.rawFD(fd)
	if err == nil {
		f.write = fn
	}
	return err
}

// RemoveReader forgets the reader of fd and reports whether there was one.
func (l *Loop) RemoveReader(fd int) bool {
	f := l.fds[fd]
	if f == nil || f.read == nil {
		return false
	}
	f.read = nil
	l.dropRawFD(f)
	return true
}

// RemoveWriter forgets the writer of fd and reports whether there was one.
func (l *Loop) RemoveWriter(fd int) bool {
	f := l.fds[fd]
	if f == nil || f.write == nil {
		return false
	}
	f.write = nil
	l.dropRawFD(f)
	return true
}

// rawFD returns the registration of fd. A descriptor that gets a second
// callback is registered again, so that the new one hears of what is ready now.
func (l *Loop) rawFD(fd int) (*rawFD, error) {
	f := l.fds[fd]
	if f != nil {
		if err := l.poller.Remove(fd); err != nil {
			return nil, err
		}
	} else {
		f = &rawFD{loop: l, fd: fd}
	}
	if err := l.poller.Add(fd, f); err != nil {
		delete(l.fds, fd)
		return nil, err
	}
	if l.fds == nil {
		l.fds = make(map[int]*rawFD)
	}
	l.fds[fd] = f
	return f, nil
}

func (l *Loop) dropRawFD(f *rawFD) {
	if f.read == nil && f.write == nil {
		delete(l.fds, f.fd)
		l.poller.Remove(f.fd)
	}
}
