package rt

// This file watches over the size of what every task has.

import (
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
