package locks

// This file implements the semaphores.

import (
	"errors"
	"fmt"

	"github.com/coroutinegen/coroutinegen/rt"
)

// A Semaphore is a number of permits. It corresponds to asyncio.Semaphore. A permit belongs to
// no task: a task may release what another task acquired, and may release more permits than
// there were at first. [BoundedSemaphore] and [CapacityLimiter] are stricter.
type Semaphore struct {
	home  rt.Home
	value int
	line  rt.Line[SemaphoreOp]
}

// NewSemaphore returns a semaphore with n permits. It panics if n is negative.
func NewSemaphore(n int) *Semaphore {
	s := new(Semaphore)
	s.init(n)
	return s
}

func (s *Semaphore) init(n int) {
	if n < 0 {
		panic(fmt.Errorf("semaphore with %d permits: there cannot be less than none", n))
	}
	s.value = n
}

// Acquire returns the operation that waits for a permit and takes it. The task has
// the permit if the error is nil, and only then.
func (s *Semaphore) Acquire() SemaphoreOp { return SemaphoreOp{s: s} }

// TryAcquire takes a permit if there is one, and reports whether there was.
func (s *Semaphore) TryAcquire() bool {
	if s.value == 0 {
		return false
	}
	s.value--
	return true
}

// Release gives a permit to the task that has waited longest. If no task waits, the
// semaphore keeps the permit.
func (s *Semaphore) Release() {
	if s.line.Serve() == nil {
		s.value++
	}
}

// Value returns the number of permits that the semaphore has. If it has any, no
// task waits.
func (s *Semaphore) Value() int { return s.value }

// Locked reports whether the semaphore has no permits.
func (s *Semaphore) Locked() bool { return s.value == 0 }

// String says how many permits there are, and how many tasks wait.
func (s *Semaphore) String() string {
	return fmt.Sprintf("semaphore, %d free", s.value) + waiting(s.line.Len())
}

// A BoundedSemaphore is a [Semaphore] that never has more permits than it had at first. It
// corresponds to asyncio.BoundedSemaphore.
type BoundedSemaphore struct {
	Semaphore
	bound int
}

// NewBoundedSemaphore returns a semaphore with n permits. It panics if n is
// negative.
func NewBoundedSemaphore(n int) *BoundedSemaphore {
	s := &BoundedSemaphore{bound: n}
	s.init(n)
	return s
}

// Release is like [Semaphore.Release], but panics if the semaphore has all of its permits.
func (s *BoundedSemaphore) Release() {
	if s.value == s.bound {
		panic(errors.New("release of a bounded semaphore more often than it was acquired: acquire it first, and release it once"))
	}
	s.Semaphore.Release()
}

// A SemaphoreOp is the operation that [Semaphore.Acquire] returns.
type SemaphoreOp struct {
	s      *Semaphore
	stage  rt.Stage
	waiter rt.Waiter[SemaphoreOp]
}

// Poll implements [rt.Awaitable].
func (o *SemaphoreOp) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	return rt.PollContender(t, o, &o.stage)
}

// Try implements [rt.Contender].
func (o *SemaphoreOp) Try(t *rt.Task) (_ rt.Void, err error, ready bool) {
	o.s.home.Enter(t, "semaphore")
	return rt.Void{}, nil, o.s.TryAcquire()
}

// Attempt implements [rt.Contender].
func (o *SemaphoreOp) Attempt(t *rt.Task, c *rt.Claim) (_ rt.Void, err error, ready bool) {
	s := o.s
	s.home.Enter(t, "semaphore")
	switch {
	case o.waiter.Collect():
		ready = true
	case o.waiter.Waiting():
	case s.value == 0:
		s.line.Join(t, o, &o.waiter, c)
	case c.Take():
		s.value--
		ready = true
	}
	return rt.Void{}, nil, ready
}

// Withdraw implements [rt.Contender].
func (o *SemaphoreOp) Withdraw(*rt.Task) bool { return o.waiter.Leave() }

// Awaitable implements [rt.Expr].
func (o SemaphoreOp) Awaitable() rt.Awaitable[rt.Void] { return &o }

// Contender implements [rt.Selectable].
func (o SemaphoreOp) Contender() rt.Contender[rt.Void] { return &o }
