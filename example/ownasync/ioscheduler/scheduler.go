//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

// This file is the scheduler of io_scheduler.py: callbacks for now, for later, and for a socket
// that is ready.

import (
	"maps"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/coroutinegen/coroutinegen/example/ownasync/deadlines"
)

// A Scheduler is a callback scheduler that also waits for descriptors.
type Scheduler struct {
	ready    []func()
	sleeping deadlines.Heap[func()]
	reading  map[int]func() // by descriptor
	writing  map[int]func()
	stopped  bool

	// What tests replace: the clock, and the call of the system.
	now  func() time.Time
	poll func(fds []unix.PollFd, timeout time.Duration) error

	tasks   []*Task     // those that have not ended
	current *Task       // the one that runs now; nil once it has put itself elsewhere
	failed  func(error) // is called with the error of a task
}

// NewScheduler returns a scheduler. failed is called with the error of each task that fails.
func NewScheduler(failed func(error)) *Scheduler {
	return &Scheduler{
		reading: map[int]func(){},
		writing: map[int]func(){},
		now:     time.Now,
		poll:    poll,
		failed:  failed,
	}
}

// CallSoon is call_soon.
func (s *Scheduler) CallSoon(fn func()) { s.ready = append(s.ready, fn) }

// CallLater is call_later.
func (s *Scheduler) CallLater(delay time.Duration, fn func()) {
	s.sleeping.Push(s.now().Add(delay), fn)
}

// ReadWait is read_wait: it calls fn once, when fd is readable.
func (s *Scheduler) ReadWait(fd int, fn func()) { s.reading[fd] = fn }

// WriteWait is write_wait: it calls fn once, when fd is writable.
func (s *Scheduler) WriteWait(fd int, fn func()) { s.writing[fd] = fn }

// Stop makes Run return.
func (s *Scheduler) Stop() { s.stopped = true }

// Run is run. It ends when there is nothing to call and nothing to wait for.
//
// The page looks at the descriptors only when nothing is ready, so a task that is always ready
// keeps others from their sockets. Here each turn calls what is ready when it begins, as in
// asyncio and in package rt.
func (s *Scheduler) Run() error {
	for !s.stopped && len(s.ready)+s.sleeping.Len()+len(s.reading)+len(s.writing) > 0 {
		if err := s.wait(); err != nil {
			return err
		}
		for range len(s.ready) {
			fn := s.ready[0]
			s.ready = s.ready[1:]
			fn()
		}
	}
	return nil
}

// wait waits until something is ready, and moves all that is ready to s.ready.
func (s *Scheduler) wait() error {
	timeout := time.Duration(-1) // for ever
	if len(s.ready) > 0 {
		timeout = 0
	} else if s.sleeping.Len() > 0 {
		timeout = max(0, s.sleeping.Next().Sub(s.now()))
	}
	var fds []unix.PollFd
	for _, fd := range slices.Sorted(maps.Keys(s.reading)) {
		fds = append(fds, unix.PollFd{Fd: int32(fd), Events: unix.POLLIN})
	}
	for _, fd := range slices.Sorted(maps.Keys(s.writing)) {
		fds = append(fds, unix.PollFd{Fd: int32(fd), Events: unix.POLLOUT})
	}
	if err := s.poll(fds, timeout); err != nil {
		return err
	}
	for _, p := range fds {
		waiting := s.reading
		if p.Events == unix.POLLOUT {
			waiting = s.writing
		}
		if p.Revents != 0 {
			s.ready = append(s.ready, waiting[int(p.Fd)])
			delete(waiting, int(p.Fd))
		}
	}
	// A function leaves the heap here, on its way to s.ready, and nowhere else: none can be called
	// twice. A deadline that is just now is over; the page waits a little longer.
	for s.sleeping.Len() > 0 && !s.sleeping.Next().After(s.now()) {
		_, fn := s.sleeping.Pop()
		s.ready = append(s.ready, fn)
	}
	return nil
}

// poll waits until one of fds is ready, or until the timeout is over. A negative timeout never is.
// It takes the place of select.
func poll(fds []unix.PollFd, timeout time.Duration) error {
	milliseconds := -1
	if timeout >= 0 {
		milliseconds = int(min((timeout+time.Millisecond-1)/time.Millisecond, 1<<30)) // never too early
	}
	if _, err := unix.Poll(fds, milliseconds); err != unix.EINTR {
		return err
	}
	clear(fds) // a signal: nothing is ready
	return nil
}
