package rt

// This file is how a loop watches descriptors: on behalf of an operation, or to call
// back.

import "fmt"

// Watch lets the loop tell r what the descriptor fd becomes ready for, on the goroutine
// of the loop and until [Loop.Unwatch]. The loop tells r once for each change: that fd is
// readable or writable for the first time, and after that when it has become so again.
// An operation therefore reads or writes until the system says that it would block (EAGAIN),
// and only then waits to be told. As a rule r wakes a task: see [Stage].
//
// The descriptor must be non-blocking. The loop watches a descriptor on behalf of one
// Readiness, and does not close it: call Unwatch first, and then close it. A [Readiness]
// that is a [HangupReadiness] hears of hang-ups, too.
//
// The loop keeps r reachable until Unwatch. What is to be found when nobody has closed it
// (see [NoteUnclosed]) must therefore not be reachable from r, except by a [weak.Pointer].
//
// The error is [ErrLoopClosed] on a closed loop. It wraps [errors.ErrUnsupported] where no
// descriptor can be watched; else it is what the system says: EEXIST if fd is watched
// already, and EPERM, on Linux, for one that is always ready, as a file is.
func (l *Loop) Watch(fd int, r Readiness) error {
	l.check("Loop.Watch")
	if l.Closed() {
		return ErrLoopClosed
	}
	return l.poller.Add(fd, r)
}

// Unwatch ends what [Loop.Watch] began: nothing is told any more, not even what has
// happened before and was not told yet. On a closed loop, which has forgotten its
// descriptors, the error is [ErrLoopClosed].
func (l *Loop) Unwatch(fd int) error {
	l.check("Loop.Unwatch")
	if l.Closed() {
		return ErrLoopClosed
	}
	return l.poller.Remove(fd)
}

// UnwatchThreadsafe is [Loop.Unwatch] for every goroutine, such as one of the garbage
// collector: the loop does it at its next turn and then calls then, which may close the
// descriptor. Before that, the number of fd must not become that of another
// descriptor. If the loop is closed, UnwatchThreadsafe calls nothing, and the error is
// [ErrLoopClosed].
func (l *Loop) UnwatchThreadsafe(fd int, then func()) error {
	return l.send(unwatching{fd, then})
}

// unwatching is what UnwatchThreadsafe sends to the loop.
type unwatching struct {
	fd   int
	then func()
}

// arrive implements [arrival].
func (u unwatching) arrive(l *Loop) {
	l.poller.Remove(u.fd)
	u.then()
}

// A HangupReadiness is a [Readiness] that also hears of hang-ups: the peer has closed its
// side or reset, or urgent data has come. From then on a read that stops short does not
// mean that the next one would block, and Ready may not be called again: read until EAGAIN.
type HangupReadiness interface {
	Readiness
	HungUp() // ahead of the call of Ready for the same event
}

// reportHangup tells r that the peer has hung up, if r wants to know.
func reportHangup(r Readiness) {
	if r, ok := r.(HangupReadiness); ok {
		r.HungUp()
	}
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
	f.can.read = f.can.read || readable && f.read != nil
	f.can.write = f.can.write || writable && f.write != nil
	if f.queued == nil && (f.can.read || f.can.write) {
		f.queued = f.loop.CallSoon(f.run)
	}
}

// run makes the callbacks, then registers the descriptor afresh, even if one of
// them panics: an edge-triggered poller would stay silent about what they left
// undone.
func (f *rawFD) run() {
	f.queued = nil
	can := f.can
	f.can.read, f.can.write = false, false
	defer f.again()
	if can.read && f.read != nil {
		f.read()
	}
	if can.write && f.write != nil {
		f.write()
	}
}

// again registers the descriptor afresh, unless it has lost its callbacks.
func (f *rawFD) again() {
	if f.loop.fds[f.fd] == f {
		if err := f.renew(); err != nil {
			panic(fmt.Errorf("rt: %w", err))
		}
	}
}

// renew registers a registered descriptor afresh, or forgets it.
func (f *rawFD) renew() error {
	l := f.loop
	err := l.Unwatch(f.fd)
	if err == nil {
		err = l.Watch(f.fd, f)
	}
	if err != nil {
		delete(l.fds, f.fd)
		return fmt.Errorf("cannot go on watching descriptor %d: %w (remove its reader and writer before closing it)", f.fd, err)
	}
	return nil
}

// AddReader calls fn, on the loop, in every turn in which fd is readable, in
// place of an earlier reader of fd. The descriptor must be non-blocking, and
// not that of a connection. On a closed loop, which has forgotten its readers,
// the error is [ErrLoopClosed].
func (l *Loop) AddReader(fd int, fn func()) error {
	l.check("Loop.AddReader")
	f, err := l.rawFD(fd)
	if err == nil {
		f.read = fn
	}
	return err
}

// AddWriter is [Loop.AddReader] for writing.
func (l *Loop) AddWriter(fd int, fn func()) error {
	l.check("Loop.AddWriter")
	f, err := l.rawFD(fd)
	if err == nil {
		f.write = fn
	}
	return err
}

// RemoveReader forgets the reader of fd and reports whether there was one.
func (l *Loop) RemoveReader(fd int) bool {
	l.check("Loop.RemoveReader")
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
	l.check("Loop.RemoveWriter")
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
	if f := l.fds[fd]; f != nil {
		return f, f.renew()
	}
	f := &rawFD{loop: l, fd: fd}
	if err := l.Watch(fd, f); err != nil {
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
		l.Unwatch(f.fd)
	}
}
