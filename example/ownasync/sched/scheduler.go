// Package sched has the callback scheduler of "Build Your Own Async", and the same on package rt.
package sched

import (
	"time"

	"github.com/coroutinegen/coroutinegen/example/ownasync/deadlines"
)

// A Caller calls functions soon or later. [Scheduler] and [OnRT] do.
type Caller interface {
	CallSoon(fn func())
	CallLater(delay time.Duration, fn func())
}

// A Scheduler is the scheduler of the page: functions to call now, and functions to call later.
type Scheduler struct {
	ready    []func()
	sleeping deadlines.Heap[func()]
}

// CallSoon is call_soon.
func (s *Scheduler) CallSoon(fn func()) { s.ready = append(s.ready, fn) }

// CallLater is call_later.
func (s *Scheduler) CallLater(delay time.Duration, fn func()) {
	s.sleeping.Push(time.Now().Add(delay), fn)
}

// Run is run: it ends when there is nothing left to call.
func (s *Scheduler) Run() {
	for len(s.ready) > 0 || s.sleeping.Len() > 0 {
		if len(s.ready) == 0 {
			// The only place where anything waits.
			deadline, fn := s.sleeping.Pop()
			time.Sleep(time.Until(deadline))
			s.ready = append(s.ready, fn)
		}
		for len(s.ready) > 0 {
			fn := s.ready[0]
			s.ready = s.ready[1:]
			fn()
		}
	}
}
