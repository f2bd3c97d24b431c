package main

// This file has the chain of coroutines as one would write it without yield: each is a struct
// that holds the one it awaits, and a state.

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
)

// Where a coroutine stands.
const (
	begin = iota
	waiting
	done
)

var errNoBlock = errors.New("it did not block")

// taskByHand is taskBody.
type taskByHand struct {
	w     io.Writer
	main  mainByHand
	state int
}

func (t *taskByHand) Next() (call, bool) {
	switch t.state {
	case begin:
		fmt.Fprintln(t.w, "TASK BEGIN...")
		fmt.Fprintln(t.w, " MainStep...")
		t.main.w = t.w
		t.state = waiting
	case done:
		return call{}, false
	}
	x, ok := t.main.next()
	if ok {
		return x, true
	}
	t.state = done
	if t.main.err != nil {
		return call{}, false
	}
	fmt.Fprintln(t.w, " MainStep Finished with result", t.main.result)
	fmt.Fprintln(t.w, "TASK END")
	return call{}, false
}

func (t *taskByHand) Result() (rt.Void, error) {
	if t.state != done {
		return rt.Void{}, rt.ErrNoResult
	}
	return rt.Void{}, t.main.err
}

// mainByHand is mainStep.
type mainByHand struct {
	w      io.Writer
	small  smallByHand
	begun  bool
	result int
	err    error
}

func (m *mainByHand) next() (call, bool) {
	if !m.begun {
		m.begun = true
		fmt.Fprintln(m.w, " SmallStep(s)...")
		m.small.w = m.w
	}
	x, ok := m.small.next()
	if ok {
		return x, true
	}
	if m.err = m.small.err; m.err == nil {
		fmt.Fprintln(m.w, " SmallStep(s) Finished with result", m.small.result)
		m.result = m.small.result * 100
	}
	return call{}, false
}

// smallByHand is smallStep, with the awaitable in it.
type smallByHand struct {
	w      io.Writer
	begun  time.Time
	result int
	err    error
}

func (s *smallByHand) next() (call, bool) {
	if s.begun.IsZero() {
		s.begun = time.Now()
		return call{time.Sleep, 2 * time.Second}, true
	}
	if time.Since(s.begun) < 2*time.Second {
		s.err = errNoBlock
		return call{}, false
	}
	fmt.Fprintln(s.w, " I'm finished")
	s.result = 123
	return call{}, false
}
