package rt

// This file lets a loop watch descriptors, for an operation or for callbacks.

import "fmt"

// Watch lets the loop tell r what the descriptor fd becomes ready for, on the goroutine of the
// loop and until [Loop.Unwatch]. The loop tells r once for each change: when fd is readable or
// writable for the first time, and then when it has become so again. So an operation reads or
// writes until the system reports that it would block (EAGAIN), and only then waits for the
// next report. Usually r wakes a task: see [Stage].
//
// The descriptor must be non-blocking. The loop watches a descriptor for one Readiness only,
// and does not close it: call Unwatch first and then close it. If the [Readiness] is a
// [HangupReadiness], the loop tells it of hang-ups, too.
//
// The loop keeps r reachable until Unwatch. If the garbage collector is to find that nobody has
// closed a thing (see [NoteUnclosed]), the thing must not be reachable from r, except by a
// [weak.Pointer].
//
// On a closed loop the error is [ErrLoopClosed]. Where no descriptor can be watched, it wraps
// [errors.ErrUnsupported]. Otherwise it is the error of the system: EEXIST if fd is watched
// already, and on Linux EPERM if fd is always ready, as a file is. Linux limits how many loops, of
// all processes, may watch one open file and wait without a thread of their own, to 100. The next
// ones wait as threads.
func (l *Loop) Watch(fd int, r Readiness) error {
	l.check("Loop.Watch")
	if l.Closed() {
		return ErrLoopClosed
	}
	return l.poller.Add(fd, r)
}

// Unwatch ends what [Loop.Watch] began. Nothing is reported any more, not even what has
// happened before and was not reported yet. A closed loop has forgotten its descriptors, and
// the error is [ErrLoopClosed].
func (l *Loop) Unwatch(fd int) error {
	l.check("Loop.Unwatch")
	if l.Closed() {
		return ErrLoopClosed
	}
	return l.poller.Remove(fd)
}

// UnwatchThreadsafe is like [Loop.Unwatch]. Any goroutine may call it, including one of the
// garbage collector. The loop ends the watch in its next turn and then calls then, which may
// close the descriptor. Until then, no other descriptor may get the number fd. If the loop is
// closed, UnwatchThreadsafe calls nothing, and the error is [ErrLoopClosed].
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

// A HangupReadiness is a [Readiness] that is also told of hang-ups: the peer has closed its
// side or reset the connection, or urgent data has come. From then on, a short read does not
// mean that the next read would block, and Ready may not be called again: read until EAGAIN.
type HangupReadiness interface {
	Readiness
	HungUp() // called before Ready for the same event
}

// reportHangup tells r that the peer has hung up if r is a HangupReadiness.
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

// run calls the callbacks and then registers the descriptor again, even if one of them panics.
// Otherwise an edge-triggered poller would not report what they left undone.
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

// again registers the descriptor again unless its callbacks were removed.
func (f *rawFD) again() {
	if f.loop.fds[f.fd] == f {
		if err := f.renew(); err != nil {
			panic(fmt.Errorf("rt: %w", err))
		}
	}
}

// renew registers a registered descriptor again, or removes it.
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

// AddReader makes the loop call fn in every turn in which fd is readable, in place of an
// earlier reader of fd. The descriptor must be non-blocking, and must not be that of a
// connection. On a closed loop, which has forgotten its readers, the error is [ErrLoopClosed].
func (l *Loop) AddReader(fd int, fn func()) error {
	l.check("Loop.AddReader")
	f, err := l.rawFD(fd)
	if err == nil {
		f.read = fn
	}
	return err
}

// AddWriter is like [Loop.AddReader], for writing.
func (l *Loop) AddWriter(fd int, fn func()) error {
	l.check("Loop.AddWriter")
	f, err := l.rawFD(fd)
	if err == nil {
		f.write = fn
	}
	return err
}

// RemoveReader removes the reader of fd and reports whether there was one.
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

// RemoveWriter removes the writer of fd and reports whether there was one.
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

// rawFD returns the registration of fd. A descriptor that gets a second callback is registered
// again, so that the new callback is called for what is ready now.
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
