package main

// This file tests what the tool prints on a pseudo-terminal.

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal returns the two ends of a pseudo-terminal.
func terminal(t *testing.T) (screen, tty *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { screen.Close() })
	if err := unix.IoctlSetPointerInt(int(screen.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Skip(err)
	}
	n, err := unix.IoctlGetInt(int(screen.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Skip(err)
	}
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { tty.Close() })
	return screen, tty
}

func TestStatusLine(t *testing.T) {
	tests := []struct {
		name, term, noColor, want string
	}{
		{"Colour", "xterm", "", "\x1b[2mcoroutinegen: loading ./...\x1b[0m\r\x1b[Kcoroutinegen: test/p: 3 functions\r\n" +
			"\x1b[2mcoroutinegen: loading q\x1b[0m\r\x1b[K"},
		{"NoColour", "xterm", "1", "coroutinegen: loading ./...\r\ncoroutinegen: test/p: 3 functions\r\ncoroutinegen: loading q\r\n"},
		{"Dumb", "dumb", "", "coroutinegen: loading ./...\r\ncoroutinegen: test/p: 3 functions\r\ncoroutinegen: loading q\r\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("TERM", test.term)
			t.Setenv("NO_COLOR", test.noColor)
			screen, tty := terminal(t)
			s := newStatusLine(tty)
			s.show("loading %s", "./...")
			s.show("%s: %d functions", "test/p", 3)
			s.show("loading %s", "q")
			s.clear()
			s.clear()
			fmt.Fprint(tty, "$")
			var got []byte
			for !bytes.HasSuffix(got, []byte("$")) {
				buf := make([]byte, 1000)
				n, err := screen.Read(buf)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, buf[:n]...)
			}
			if string(got) != test.want+"$" {
				t.Errorf("got %q, want %q", got, test.want+"$")
			}
		})
	}
}

// Nothing is printed to a file that is not a terminal.
func TestNoStatusLine(t *testing.T) {
	t.Setenv("TERM", "xterm")
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	for _, file := range []*os.File{null, w} {
		if s := newStatusLine(file); s.w != nil {
			t.Errorf("%s is taken for a terminal", file.Name())
		}
	}
	if s := newStatusLine(new(bytes.Buffer)); s.w != nil {
		t.Error("a buffer is taken for a terminal")
	}
}
