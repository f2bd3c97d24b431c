//go:build !race

package generators

// This file counts what generators allocate, and how large they are.

import (
	"testing"
	"unsafe"

	"github.com/coroutinegen/coroutinegen/example/generators/byhand"
	"github.com/coroutinegen/coroutinegen/example/threeway"
)

// Items allocate nothing: many take as many objects as few, and a tree one for each level.
func TestAllocations(t *testing.T) {
	const most = 3 // of the objects that a program has besides: two generators, and a parser
	for _, w := range works(10_000, 1<<12, 500) {
		limit := uint64(most)
		switch w.name {
		case "tree":
			limit += 14 // a level more than the tree has, for the empty trees below
		case "deep":
			limit += 501
		case "fringe":
			limit += 13 + 501
		case "pages":
			limit += 80 // for a loop, and a goroutine that it starts
		}
		for _, f := range w.forms() {
			if f.name != "next" && f.name != "all" {
				continue
			}
			if objects, bytes := threeway.Allocations(func() { f.run() }); objects > limit {
				t.Errorf("%s/%s: %d items allocate %d objects, %d bytes, want at most %d objects", w.name, f.name, w.items, objects, bytes, limit)
			}
		}
	}
}

func TestFrameSizes(t *testing.T) {
	for _, test := range []struct {
		name              string
		generated, byHand uintptr
	}{
		{"Count", unsafe.Sizeof(CountGenerator{}), unsafe.Sizeof(byhand.Counter{})},
		{"Average", unsafe.Sizeof(AverageGenerator{}), unsafe.Sizeof(byhand.Averager{})},
		{"Tokens", unsafe.Sizeof(TokensGenerator{}), unsafe.Sizeof(byhand.Lexer{})},
	} {
		if test.generated*10 > test.byHand*12 {
			t.Errorf("generator of %s: %d bytes, by hand %d", test.name, test.generated, test.byHand)
		}
	}
	// Each level of a tree has three pointers to others. The twin has 16 bytes of a stack for it.
	if size := unsafe.Sizeof(TreeAllGenerator{}); size > 40 {
		t.Errorf("generator of Tree.All: %d bytes, want 40", size)
	}
}
