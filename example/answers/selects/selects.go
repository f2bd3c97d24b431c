// Package selects has the system calls of the loops beside it: select, and sockets that do not
// block. They are those of Python's modules select and socket, as far as the page uses them. On
// systems without them, all fail with errors.ErrUnsupported.
package selects

import (
	"errors"
	"time"
)

// A System is what a loop waits by. It has a clock of its own.
type System interface {
	// Now is time.time(), from the beginning of the program.
	Now() time.Duration

	// Select is select.select: it waits until some of the descriptors can be read or written, or
	// until the timeout has passed. If the timeout is negative, there is none.
	Select(read, write []int, timeout time.Duration) (readable, writable []int, err error)
}

// New returns the system as it is.
func New() System { return real{time.Now()} }

type real struct{ begun time.Time }

func (r real) Now() time.Duration { return time.Since(r.begun) }

func (r real) Select(read, write []int, timeout time.Duration) (readable, writable []int, err error) {
	return selectNow(read, write, timeout)
}

// A Fake is a System for tests. Its time goes on when a loop waits, and by Cost for each Select.
type Fake struct {
	Cost time.Duration

	now    time.Duration
	events []event
}

type event struct {
	at time.Duration
	fn func()
}

// At lets fn be called at a time. Calls of At must be in the order of time.
func (f *Fake) At(at time.Duration, fn func()) { f.events = append(f.events, event{at, fn}) }

// Now implements System.
func (f *Fake) Now() time.Duration { return f.now }

// ErrForever says that nothing will ever happen.
var ErrForever = errors.New("select would wait for ever")

// Select implements System.
func (f *Fake) Select(read, write []int, timeout time.Duration) (readable, writable []int, err error) {
	f.now += f.Cost
	end := f.now + timeout
	for {
		readable, writable, err = selectNow(read, write, 0)
		switch {
		case err != nil || len(readable)+len(writable) > 0:
			return readable, writable, err
		case len(f.events) > 0 && (timeout < 0 || f.events[0].at <= end):
			next := f.events[0]
			f.events = f.events[1:]
			f.now = max(f.now, next.at)
			next.fn()
		case timeout < 0:
			return nil, nil, ErrForever
		default:
			f.now = end
			return nil, nil, nil
		}
	}
}

// ErrWouldBlock is BlockingIOError.
var ErrWouldBlock = errors.New("the socket would block")
