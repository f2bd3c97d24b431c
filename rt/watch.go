package rt

// This file is callbacks on raw descriptors.

import "fmt"

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
	err := l.poller.Remove(f.fd)
	if err == nil {
		err = l.poller.Add(f.fd, f)
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
	if l.Closed() {
		return nil, ErrLoopClosed
	}
	if f := l.fds[fd]; f != nil {
		return f, f.renew()
	}
	f := &rawFD{loop: l, fd: fd}
	if err := l.poller.Add(fd, f); err != nil {
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
