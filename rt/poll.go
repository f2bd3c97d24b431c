package rt

// This file defines the contract between a loop and its poller, which waits for descriptors.

import "time"

// A Poller waits for descriptors and for other goroutines: the third part of a turn. Linux has a
// Poller (poll_epoll.go), macOS and the BSDs share one (poll_kqueue.go), and all other systems
// share another (poll_stub.go). Package [rttest] has one for tests. Each of the three files also
// defines
//
//	func newPoller() (Poller, error)
//
// All methods except Wakeup are called on the goroutine of the loop. The methods Ready that Wait
// calls may call Add and Remove.
//
// [rttest]: https://pkg.go.dev/github.com/coroutinegen/coroutinegen/rt/rttest
type Poller interface {
	// Add registers fd, edge-triggered, for reading and for writing. If fd is ready already, the
	// next Wait reports it. A poller that supports no descriptors returns an error that is
	// errors.ErrUnsupported.
	Add(fd int, r Readiness) error

	// Remove ends the registration of fd, which must not be closed yet. After Remove has
	// returned, Ready is not called for fd any more, not even for an event that the poller had
	// already received from the system.
	Remove(fd int) error

	// Wait waits until a descriptor is ready, Wakeup is called or timeout has passed. If timeout
	// is negative, it has no limit. If timeout is zero, Wait does not wait. Wait calls Ready for
	// each descriptor that became ready: once, or twice if it reports reading and writing
	// separately. If the peer has hung up, Wait first calls HungUp of a [HangupReadiness]. Wait
	// may return early, but not because it rounded the timeout down: a loop would spin.
	Wait(timeout time.Duration) error

	// Wakeup makes the Wait that is running, or otherwise the next one, return at once. Any
	// goroutine may call Wakeup, but not after Close.
	Wakeup() error

	// Close releases the resources of the poller. Registered descriptors stay open.
	Close() error
}

// A Readiness is told what its descriptor became ready for. An error or a hang-up counts as both:
// the next read or write returns it.
type Readiness interface {
	Ready(readable, writable bool)
}
