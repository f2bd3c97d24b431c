package gen

// This file compares machines with twins written by hand.

import (
	"context"

	"github.com/coroutinegen/coroutinegen/gen/internal/compare"
	"github.com/coroutinegen/coroutinegen/gen/internal/play"
)

// A Comparison is what the versions of a coroutine that a test compares have in common, and what
// not: the first difference of their traces, lines of code, sizes of frames, and what runs of them
// cost on this machine.
type Comparison struct{ *compare.Report }

// ComparisonFormats are the formats in which Write of a [Comparison] can print it.
var ComparisonFormats = compare.Formats

// A TestError is the error of a test that fails.
type TestError = play.TestError

// IsTest reports whether name can be the name of a test, of an example, or of a subtest, as in
// TestHandle/slow.
func IsTest(name string) bool { return play.IsTest(name) }

// Compare runs the test or example called test of the packages that patterns name, in the folder
// dir, which "" says is the current one. The test calls Compare or ComparePatterns of package
// rt/rttest. What differs is a result, and no error. If the test fails otherwise, the error is a
// [*TestError], and the comparison, if it is not nil, is what the test had compared until then.
func Compare(ctx context.Context, dir string, patterns []string, test string) (*Comparison, error) {
	report, err := compare.Run(ctx, dir, patterns, test)
	if report == nil {
		return nil, err
	}
	return &Comparison{report}, err
}
