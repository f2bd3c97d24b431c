package main

// This file shows on a terminal what the tool is doing, if it takes long. The first run on a
// machine takes a while, because the go command has to compile what the packages import.

import (
	"fmt"
	"sync"
	"time"
)

// patience is how long the tool works before it says what it is doing.
const patience = time.Second

// width is the length of a line that fits on every terminal. A line that continued on the
// next one could not be cleared.
const width = 78

// A statusLine shows what is being done on one line of a terminal, from some time on. It
// shows nothing if there is no terminal.
type statusLine struct {
	w    *output
	stop func() bool // stops the timer

	mu     sync.Mutex
	text   string // what is being done
	late   bool   // it takes long
	drawn  bool   // there is a line to clear
	closed bool
}

// newStatusLine returns the status line of stderr. after calls a function after some time,
// unless that is stopped.
func newStatusLine(stderr *output, after func(time.Duration, func()) (stop func() bool)) *statusLine {
	s := &statusLine{w: stderr, closed: !stderr.terminal}
	s.stop = func() bool { return false }
	if !s.closed {
		s.stop = after(patience, s.becomeLate)
	}
	return s
}

// after is time.AfterFunc.
func after(d time.Duration, f func()) (stop func() bool) { return time.AfterFunc(d, f).Stop }

// show says what is being done from now on. It may be called on any goroutine.
func (s *statusLine) show(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = "coroutinegen: " + fmt.Sprintf(format, args...)
	s.draw()
}

func (s *statusLine) becomeLate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.late = true
	s.draw()
}

// draw puts text in the place of what was drawn before. A terminal that cannot go back gets
// a line each time.
func (s *statusLine) draw() {
	if !s.late || s.closed || s.text == "" {
		return
	}
	s.clear()
	if !s.w.cursor {
		fmt.Fprintln(s.w, s.text)
		return
	}
	text := []rune(s.text)
	if len(text) > width {
		text = append(text[:width-3], '.', '.', '.')
	}
	if s.drawn = true; s.w.colour {
		fmt.Fprintf(s.w, "\x1b[2m%s\x1b[0m", string(text))
	} else {
		fmt.Fprint(s.w, string(text))
	}
}

func (s *statusLine) clear() {
	if s.drawn {
		fmt.Fprint(s.w, "\r\x1b[K")
		s.drawn = false
	}
}

// close removes the line, so that something else can be printed. What is shown later is
// dropped.
func (s *statusLine) close() {
	s.stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	s.closed = true
}
