package pyrandom

import (
	"slices"
	"testing"
)

// The first numbers of random.seed(444) in Python 3.11.7.
func TestSeed(t *testing.T) {
	var bits []uint32
	for r := Seed(444); len(bits) < 5; {
		bits = append(bits, r.bits(32))
	}
	if want := []uint32{1326692461, 1236154736, 56854717, 1327727452, 2080643381}; !slices.Equal(bits, want) {
		t.Errorf("got %d, want %d", bits, want)
	}
	var ints []int
	for r := Seed(444); len(ints) < 20; {
		ints = append(ints, r.Upto10())
	}
	if want := []int{4, 4, 0, 4, 7, 4, 4, 8, 10, 7, 8, 4, 7, 1, 6, 9, 3, 9, 7, 10}; !slices.Equal(ints, want) {
		t.Errorf("got %d, want %d", ints, want)
	}
}

// The numbers after the state has been filled anew, in Python 3.11.7.
func TestFill(t *testing.T) {
	r := Seed(444)
	for range 10000 {
		r.bits(32)
	}
	if got, want := r.bits(32), uint32(3390023369); got != want {
		t.Errorf("got %d, want %d", got, want)
	}
}
