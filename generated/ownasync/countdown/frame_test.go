package main

// This file compares the size of the frame with that written by hand.

import (
	"testing"
	"unsafe"

	"github.com/coroutinegen/coroutinegen/example/ownasync/countdown/byhand"
)

func TestFrameSizes(t *testing.T) {
	if generated, byHand := unsafe.Sizeof(downFrame{}), unsafe.Sizeof(byhand.Downer{}); generated != byHand {
		t.Errorf("frame of down: generated %d bytes, by hand %d", generated, byHand)
	}
}
