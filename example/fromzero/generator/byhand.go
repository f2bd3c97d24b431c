package main

// This file has steps as one would write it without yield.

import (
	"fmt"
	"io"

	"github.com/coroutinegen/coroutinegen/rt"
)

// stepsByHand is a run of steps. What the function keeps across a yield are fields, and state
// says at which yield it stands.
type stepsByHand struct {
	w     io.Writer
	got   string
	state int // 0: not begun; 1, 2: at this yield; 3: returned
}

func (s *stepsByHand) Next() (string, bool) { return s.Send("") }

func (s *stepsByHand) Send(in string) (string, bool) {
	s.state++
	switch s.state {
	case 1:
		fmt.Fprintln(s.w, " first step")
		return "a", true
	case 2:
		s.got = in
		fmt.Fprintln(s.w, " second step, got", s.got)
		return "b", true
	case 3:
		fmt.Fprintln(s.w, " last step")
	}
	s.state = 3
	return "", false
}

func (s *stepsByHand) Result() (string, error) {
	if s.state != 3 {
		return "", rt.ErrNoResult
	}
	return "done with " + s.got, nil
}
