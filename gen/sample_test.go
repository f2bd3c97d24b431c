package gen

// This file decides how much of the recorded data a test runs.

import (
	"flag"
	"testing"
)

// runAll is what CI says. Without it, a person who changes something has an answer in
// two minutes.
var runAll = flag.Bool("all", false, "run every recorded program and every combination, not only some")

// sampleStride is the distance between the elements of a sample. It is a prime, so that a
// sample of all combinations of several things has each of them.
const sampleStride = 7

// sample returns the part of list to run: all of it, or one element in seven.
func sample[T any](t *testing.T, list []T) (some []T) {
	if *runAll {
		return list
	}
	for i := 0; i < len(list); i += sampleStride {
		some = append(some, list[i])
	}
	t.Logf("%d of %d; -all runs all", len(some), len(list))
	return some
}
