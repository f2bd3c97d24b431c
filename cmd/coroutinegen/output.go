package main

// This file knows what the tool prints to: a terminal, or something else.

import (
	"io"
	"os"
)

// An output is standard output or standard error. It keeps the first error of a write, and
// writes nothing more after it: whoever prints need not look at errors.
type output struct {
	capabilities
	w   io.Writer
	err error
}

func newOutput(w io.Writer) *output { return &output{capabilities: capabilitiesOf(w), w: w} }

func (o *output) Write(p []byte) (n int, err error) {
	if o.err == nil {
		n, o.err = o.w.Write(p)
	}
	return n, o.err
}

// capabilities say what may be written to a terminal besides text. They are zero for
// everything that is not a terminal.
type capabilities struct {
	terminal bool
	cursor   bool // control sequences can go back to the beginning of the line, and clear it
	colour   bool // the user wants colours
}

// capabilitiesOf looks what w is. The variable NO_COLOR switches colours off.
func capabilitiesOf(w io.Writer) capabilities {
	file, ok := w.(*os.File)
	if !ok || !isTerminal(file) {
		return capabilities{}
	}
	term := os.Getenv("TERM")
	c := capabilities{terminal: true, cursor: term != "" && term != "dumb"}
	c.colour = c.cursor && os.Getenv("NO_COLOR") == ""
	return c
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
