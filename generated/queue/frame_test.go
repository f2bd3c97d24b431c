package main

// This file compares the sizes of the frames with those written by hand.

import (
	"testing"
	"unsafe"

	"github.com/coroutinegen/coroutinegen/example/queue/byhand"
)

func TestFrameSizes(t *testing.T) {
	for _, test := range []struct {
		name              string
		generated, byHand uintptr
	}{
		{"producer", unsafe.Sizeof(producerFrame{}), unsafe.Sizeof(byhand.Producer{})},
		{"consumer", unsafe.Sizeof(consumerFrame{}), unsafe.Sizeof(byhand.Consumer{})},
	} {
		if test.generated != test.byHand {
			t.Errorf("frame of %s: generated %d bytes, by hand %d", test.name, test.generated, test.byHand)
		}
	}
}
