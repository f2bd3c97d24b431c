package main

// This file compares the sizes of the frames with those written by hand.

import (
	"testing"
	"unsafe"

	"github.com/coroutinegen/coroutinegen/example/proxy/byhand"
)

func TestFrameSizes(t *testing.T) {
	for _, test := range []struct {
		name              string
		generated, byHand uintptr
	}{
		{"serve", unsafe.Sizeof(serveFrame{}), unsafe.Sizeof(byhand.Server{})},
		{"forward", unsafe.Sizeof(forwardFrame{}), unsafe.Sizeof(byhand.Forwarder{})},
		{"exchange", unsafe.Sizeof(exchangeFrame{}), unsafe.Sizeof(byhand.Exchanger{})},
		{"pipe", unsafe.Sizeof(pipeFrame{}), unsafe.Sizeof(byhand.Pipeline{})},
	} {
		if test.generated != test.byHand {
			t.Errorf("frame of %s: generated %d bytes, by hand %d", test.name, test.generated, test.byHand)
		}
	}
}
