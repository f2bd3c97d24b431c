package main

// This file compares the sizes of the frames with those written by hand.

import (
	"testing"
	"unsafe"

	"github.com/coroutinegen/coroutinegen/example/ticker/byhand"
)

func TestFrameSizes(t *testing.T) {
	for _, test := range []struct {
		name              string
		generated, byHand uintptr
	}{
		// The source has the loop in a variable; the twin asks its task.
		{"every", unsafe.Sizeof(everyFrame{}), unsafe.Sizeof(byhand.Ticker{}) + 8},
		{"work", unsafe.Sizeof(workFrame{}), unsafe.Sizeof(byhand.Worker{})},
	} {
		if test.generated != test.byHand {
			t.Errorf("frame of %s: generated %d bytes, by hand %d", test.name, test.generated, test.byHand)
		}
	}
}
