package detached_test

// This file runs the analyzer over testdata/analyzers/detached.

import (
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/check/detached"
	"github.com/coroutinegen/coroutinegen/gen/internal/wants"
)

func TestAnalyzer(t *testing.T) {
	wants.Run(t, detached.Analyzer, "../../../testdata/analyzers/detached")
}
