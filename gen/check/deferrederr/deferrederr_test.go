package deferrederr_test

// This file runs the analyzer over testdata/analyzers/deferrederr.

import (
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/check/deferrederr"
	"github.com/coroutinegen/coroutinegen/gen/internal/wants"
)

func TestAnalyzer(t *testing.T) {
	wants.Run(t, deferrederr.Analyzer, "../../../testdata/analyzers/deferrederr")
}
