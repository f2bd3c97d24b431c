package main

// This file tests what the tool prints on a pseudo-terminal.

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/coroutinegen/coroutinegen/gen"
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
		{"Colour", "xterm", "", "\x1b[2mcoroutinegen: loading q\x1b[0m\r\x1b[K\x1b[2mcoroutinegen: test/q: 3 functions\x1b[0m\r\x1b[K"},
		{"NoColour", "xterm", "1", "coroutinegen: loading q\r\x1b[Kcoroutinegen: test/q: 3 functions\r\x1b[K"},
		{"Dumb", "dumb", "", "coroutinegen: loading q\r\ncoroutinegen: test/q: 3 functions\r\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("TERM", test.term)
			t.Setenv("NO_COLOR", test.noColor)
			screen, tty := terminal(t)
			clock := new(fakeTimer)
			s := newStatusLine(newOutput(tty), clock.after)
			s.show("loading %s", "./...")
			s.show("%s: %d functions", "test/p", 3)
			s.show("loading %s", "q")
			clock.fire() // nothing was shown before
			s.show("%s: %d functions", "test/q", 3)
			s.close()
			s.show("loading %s", "r")
			s.close()
			if got := read(t, screen, tty); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// A run that takes less than a second shows nothing, even if the timer fires while it ends.
func TestQuickStatusLine(t *testing.T) {
	t.Setenv("TERM", "xterm")
	screen, tty := terminal(t)
	clock := new(fakeTimer)
	s := newStatusLine(newOutput(tty), clock.after)
	s.show("loading %s", "./...")
	s.close()
	if !clock.stopped {
		t.Error("the timer goes on")
	}
	clock.fire()
	if got := read(t, screen, tty); got != "" {
		t.Errorf("got %q", got)
	}
}

// A line that is too long would continue on the next one, and stay there.
func TestLongStatusLine(t *testing.T) {
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "1")
	screen, tty := terminal(t)
	clock := new(fakeTimer)
	s := newStatusLine(newOutput(tty), clock.after)
	clock.fire()
	s.show("loading %s", strings.Repeat("ä", 100))
	s.close()
	want := "coroutinegen: loading " + strings.Repeat("ä", width-len("coroutinegen: loading ...")) + "...\r\x1b[K"
	if got := read(t, screen, tty); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A fakeTimer fires when it is told to.
type fakeTimer struct {
	call    func()
	stopped bool
}

func (f *fakeTimer) after(d time.Duration, call func()) (stop func() bool) {
	if d != time.Second {
		panic(d)
	}
	f.call = call
	return func() bool { f.stopped = true; return true }
}

func (f *fakeTimer) fire() { f.call() }

// read returns what was written to tty.
func read(t *testing.T, screen, tty *os.File) string {
	t.Helper()
	const end = "$"
	fmt.Fprint(tty, end)
	var got []byte
	for !bytes.HasSuffix(got, []byte(end)) {
		buf := make([]byte, 1000)
		n, err := screen.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, buf[:n]...)
	}
	return strings.TrimSuffix(string(got), end)
}

// Diagnostics and headings have colours on a terminal, unless NO_COLOR is set.
func TestColours(t *testing.T) {
	for _, noColor := range []string{"", "1"} {
		t.Setenv("TERM", "xterm")
		t.Setenv("NO_COLOR", noColor)
		screen, tty := terminal(t)
		out := newOutput(tty)
		complain(out, gen.Diagnostics{{Code: "AwaitInGo", Message: "message"}})
		printPage(out, "HEADING\n    text\n")
		want := "message \x1b[36m[AwaitInGo]\x1b[0m\r\n\x1b[1mHEADING\x1b[0m\r\n    text\r\n"
		if noColor != "" {
			want = "message [AwaitInGo]\r\nHEADING\r\n    text\r\n"
		}
		if got := read(t, screen, tty); got != want {
			t.Errorf("NO_COLOR=%s: got %q, want %q", noColor, got, want)
		}
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
		if newOutput(file).terminal {
			t.Errorf("%s is taken for a terminal", file.Name())
		}
	}
	buffer := new(bytes.Buffer)
	if newOutput(buffer).terminal {
		t.Error("a buffer is taken for a terminal")
	}
	s := newStatusLine(newOutput(buffer), func(time.Duration, func()) func() bool { panic("a timer without a terminal") })
	s.show("loading")
	s.close()
	if buffer.Len() > 0 {
		t.Errorf("a buffer got %q", buffer)
	}
}
