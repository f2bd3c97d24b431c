package main

// This file shows on a terminal what the tool is doing. The first run on a machine takes a
// while, because the go command has to compile what the packages import.

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// A statusLine prints a line for each package to a terminal. It prints nothing if there is
// no terminal.
type statusLine struct {
	w      io.Writer // nil if there is no terminal
	colour bool
	open   bool // the line is not complete
}

func newStatusLine(w io.Writer) *statusLine {
	file, ok := w.(*os.File)
	if !ok || !isTerminal(file) {
		return &statusLine{}
	}
	term := os.Getenv("TERM")
	return &statusLine{w: w, colour: term != "" && term != "dumb" && os.Getenv("NO_COLOR") == ""}
}

// isTerminal reports whether file is a character device, as terminals are, and not the
// null device.
func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// show prints what is being done. A line that begins with "loading" is replaced by the next
// line if the terminal can do that.
func (s *statusLine) show(format string, args ...any) {
	if s.w == nil {
		return
	}
	s.clear()
	text := "coroutinegen: " + fmt.Sprintf(format, args...)
	s.open = s.colour && strings.HasPrefix(format, "loading")
	switch {
	case s.open:
		fmt.Fprintf(s.w, "\x1b[2m%s\x1b[0m", text)
	default:
		fmt.Fprintln(s.w, text)
	}
}

// clear removes an incomplete line, so that something else can be printed.
func (s *statusLine) clear() {
	if s.open {
		fmt.Fprint(s.w, "\r\x1b[K")
		s.open = false
	}
}
