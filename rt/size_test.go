package rt

// This file checks the size of what every task has, and the size of the core.

import (
	"os"
	"strings"
	"testing"
	"unsafe"
)

func TestSizes(t *testing.T) {
	Clean(t)
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("the figures are for 64 bits")
	}
	for _, test := range []struct {
		what      string
		got, most uintptr
	}{
		{"TaskOf[Void]", unsafe.Sizeof(TaskOf[Void]{}), 96}, // a size class
		{"TaskOf[int]", unsafe.Sizeof(TaskOf[int]{}), 112},  // the next one
		{"SleepOp", unsafe.Sizeof(SleepOp{}), 32},
		{"timerEntry", unsafe.Sizeof(timerEntry{}), 16},
	} {
		if test.got > test.most {
			t.Errorf("%s has %d bytes, want at most %d", test.what, test.got, test.most)
		}
	}
}

// TestCore checks that the core, as the package comment lists its files, is small enough to be
// read in one sitting.
func TestCore(t *testing.T) {
	Clean(t)
	lines := 0
	for _, name := range []string{"protocol", "task", "loop", "ring", "call", "run", "timer", "clock", "poll", "poll_epoll", "future"} {
		text, err := os.ReadFile(name + ".go")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
				lines++
			}
		}
	}
	if lines > 1250 {
		t.Errorf("the core has %d lines of code: build what is new on top of it", lines)
	}
}
