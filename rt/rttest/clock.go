package rttest

// This file holds the fake clock, and the poller that moves it.

import (
	"fmt"
	"sync"
	"syscall"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A Clock is a fake [rt.Clock]. It moves only by Advance, which a [Poller]
// calls when its loop has nothing to do.
type Clock struct{ elapsed time.Duration }

// Epoch implements [rt.Clock]: midnight UTC 2000-01-01.
func (c *Clock) Epoch() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }

// Elapsed implements [rt.Clock].
func (c *Clock) Elapsed() time.Duration { return c.elapsed }

// Advance moves the clock forward by d.
func (c *Clock) Advance(d time.Duration) {
	if d < 0 {
		panic(fmt.Errorf("rttest: clock advanced by %v: time does not go back", d))
	}
	c.elapsed += d
}

// A Poller is a fake [rt.Poller]. Descriptors are only numbers, which the test makes
// ready. When the loop has nothing to run, the poller moves the clock to the next
// timer, unless another goroutine may wake the loop before that:
//
//   - If a task waits for a call on another goroutine ([rt.ToThread], [rt.Go],
//     [rt.Callback]), the poller waits until every goroutine of the program has been
//     seen waiting for 300 real milliseconds.
//   - If a task waits for any other [rt.Future] or for a queue of package queues that is
//     Threadsafe, the poller waits as long as some goroutine runs, sleeps or is in a
//     system call, and 300 real milliseconds if one waits for the network: any of
//     these goroutines may set the future. The poller cannot see a timer of package
//     time, or a context, that is going to set a future: use [rt.Callback] or
//     rt.Go for that.
//
// If a goroutine still runs after 20 real seconds, the loop fails and prints the
// goroutine. Without a timer, the poller waits for Wakeup in the same way. If Wakeup
// cannot come, it reports a deadlock, with the tasks that wait.
type Poller struct {
	clock *Clock
	loop  *rt.Loop // nil before Serve
	wake  chan struct{}

	mu      sync.Mutex
	watched map[int]rt.Readiness
	made    map[int]bool // descriptors that the test has made ready
	events  []event
}

type event struct {
	fd                 int
	readable, writable bool
}

// NewPoller returns a poller that moves clock. Call Serve with the loop of the
// poller.
func NewPoller(clock *Clock) *Poller {
	return &Poller{clock: clock, wake: make(chan struct{}, 1), watched: make(map[int]rt.Readiness), made: make(map[int]bool)}
}

// Serve tells p which loop it works for.
func (p *Poller) Serve(l *rt.Loop) { p.loop = l }

// Ready makes fd ready, once, as an edge-triggered poller would report it. Any
// goroutine may call it.
func (p *Poller) Ready(fd int, readable, writable bool) {
	p.mu.Lock()
	p.made[fd] = true
	p.events = append(p.events, event{fd, readable, writable})
	p.mu.Unlock()
	p.Wakeup()
}

// Watched reports whether fd is registered.
func (p *Poller) Watched(fd int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.watched[fd] != nil
}

// Add implements [rt.Poller].
func (p *Poller) Add(fd int, r rt.Readiness) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.watched[fd] != nil {
		return fmt.Errorf("watch descriptor %d: %w", fd, syscall.EEXIST)
	}
	p.watched[fd] = r
	return nil
}

// Remove implements [rt.Poller].
func (p *Poller) Remove(fd int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.watched[fd] == nil {
		return fmt.Errorf("stop watching descriptor %d: %w", fd, syscall.ENOENT)
	}
	delete(p.watched, fd)
	return nil
}

// Wait implements [rt.Poller].
func (p *Poller) Wait(timeout time.Duration) error {
	woken := false
	select {
	case <-p.wake:
		woken = true
	default:
	}
	if p.deliver() || woken || timeout == 0 {
		return nil
	}
	if timeout > 0 && !p.outside() {
		p.clock.Advance(timeout)
		return nil
	}
	woken, err := p.await(timeout > 0)
	switch {
	case err != nil:
		return err
	case woken:
		p.deliver()
	case timeout > 0: // the goroutines that could wake the loop wait for it
		p.clock.Advance(timeout)
	default:
		return p.deadlocked()
	}
	return nil
}

// outside reports whether a task waits for something that another goroutine may do.
func (p *Poller) outside() bool {
	if p.loop == nil {
		return false
	}
	calls, others := p.loop.Outside()
	return p.loop.Threads()+calls+others > 0
}

// unserved returns the number of watched descriptors that the test has never made ready.
// As a rule these are real descriptors.
func (p *Poller) unserved() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for fd := range p.watched {
		if !p.made[fd] {
			n++
		}
	}
	return n
}

// deliver tells the owners of descriptors what was made ready.
func (p *Poller) deliver() (some bool) {
	p.mu.Lock()
	events := p.events
	p.events = nil
	p.mu.Unlock()
	for _, e := range events {
		p.mu.Lock()
		r := p.watched[e.fd]
		p.mu.Unlock()
		if r != nil {
			r.Ready(e.readable, e.writable)
			some = true
		}
	}
	return some
}

// Wakeup implements [rt.Poller].
func (p *Poller) Wakeup() error {
	select {
	case p.wake <- struct{}{}:
	default: // one wakeup is enough
	}
	return nil
}

// Close implements [rt.Poller].
func (p *Poller) Close() error { return nil }
