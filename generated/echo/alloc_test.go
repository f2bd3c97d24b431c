//go:build !race

package main

// This file counts what the machine allocates, and how large it is.

import (
	"testing"
	"unsafe"

	"github.com/coroutinegen/coroutinegen/example/echo/byhand"
	"github.com/coroutinegen/coroutinegen/example/threeway"
)

// Once a connection is being served, a request allocates nothing.
func TestAllocations(t *testing.T) {
	const requests = 1000
	for name, run := range map[string]func(testing.TB, handleFunc) func(int){"ready": ready, "waiting": waiting} {
		generated, byHand := run(t, handleAsync), run(t, byhand.Handle)
		few, _ := threeway.Allocations(func() { generated(10) })
		many, bytes := threeway.Allocations(func() { generated(10 + requests) })
		if many > few {
			t.Errorf("%s: %d requests allocate %d objects", name, requests, many-few)
		}
		if twins, twinsBytes := threeway.Allocations(func() { byHand(10 + requests) }); many != twins || bytes != twinsBytes {
			t.Errorf("%s: generated: %d objects, %d bytes; by hand: %d objects, %d bytes", name, many, bytes, twins, twinsBytes)
		}
	}
	run := clients(t, threeway.Serve(t, serveAsync), 1)
	if objects, _ := threeway.Allocations(func() { run(requests) }); objects > requests/20 { // the client's goroutine, say
		t.Errorf("over a socket, %d requests allocate %d objects", requests, objects)
	}
}

func TestFrameSizes(t *testing.T) {
	if generated, byHand := unsafe.Sizeof(handleFrame{}), unsafe.Sizeof(byhand.Handler{}); generated != byHand {
		t.Errorf("frame of handle: generated %d bytes, by hand %d", generated, byHand)
	}
	if generated, byHand := unsafe.Sizeof(serveFrame{}), unsafe.Sizeof(byhand.Server{}); generated != byHand {
		t.Errorf("frame of serve: generated %d bytes, by hand %d", generated, byHand)
	}
}
