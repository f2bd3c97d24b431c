package rt

// This file is the contract between the loop and whatever waits for
// descriptors.

import "time"

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
	// calls Ready for each descriptor that became ready, once or, for reading and
	// for writing, twice. Before that, if the peer has hung up, it calls HungUp of
	// a [HangupReadiness]. It may return early, but not because the timeout was
	// rounded down: a loop would spin.
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
