package main

// This file has sleepy as one would write it without yield: what it keeps while it is suspended are
// fields. The two halves of asleep are a part of it.

import (
	"fmt"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
)

// sleepyByHand is one call of sleepy.
type sleepyByHand struct {
	p          *program
	identifier string
	count      int
	i          int  // of the loop
	half       bool // asleep has slept for one half
	done       bool
}

func (s *sleepyByHand) Next() (any, bool) {
	const d = 100 * time.Millisecond
	switch {
	case s.done:
		return nil, false
	case s.half:
		s.half = false
		return asyncSleep{s.p.now() + d/2}, true
	case s.i == s.count:
		s.done = true
		return nil, false
	}
	s.i++
	s.half = true
	fmt.Fprintln(s.p.w, s.identifier, "step", s.i, "at", fmt.Sprintf("%.2f", s.p.now().Seconds()))
	return asyncSleep{s.p.now() + d/2}, true
}

func (s *sleepyByHand) Result() (rt.Void, error) {
	if !s.done {
		return rt.Void{}, rt.ErrNoResult
	}
	return rt.Void{}, nil
}

func (s *sleepyByHand) Close() error {
	s.done = true
	return nil
}
