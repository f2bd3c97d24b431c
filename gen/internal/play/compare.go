package play

// This file has a test compare.

import (
	"context"
	"errors"
	"fmt"

	"github.com/coroutinegen/coroutinegen/rt/rttest/recording"
)

// Compare runs the test or example called test as [Record] does, and returns what it compared. If
// the test fails for another reason than a difference, the error is a [*TestError], and the result
// is what the test had compared until then.
func Compare(ctx context.Context, dir string, patterns []string, test string) (compared []recording.Comparison, notes []string, err error) {
	entries, notes, err := run(ctx, Packages{Dir: dir, Patterns: patterns}, test, recording.CompareVariable)
	if _, failed := errors.AsType[*TestError](err); err != nil && !failed {
		return nil, nil, err
	}
	for _, e := range entries {
		if e.Comparison != nil && len(e.Comparison.Versions) > 0 {
			compared = append(compared, *e.Comparison)
		}
	}
	if len(compared) == 0 && err == nil {
		err = fmt.Errorf("%s compares nothing: call rttest.Compare in it, or rttest.ComparePatterns, with the machine and its twin as versions", test)
	}
	return compared, notes, err
}
