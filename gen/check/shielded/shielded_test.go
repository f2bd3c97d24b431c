package shielded_test

// This file runs the analyzer over testdata/analyzers/shielded.

import (
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/check/shielded"
	"github.com/coroutinegen/coroutinegen/gen/internal/wants"
)

func TestAnalyzer(t *testing.T) {
	wants.Run(t, shielded.Analyzer, "../../../testdata/analyzers/shielded")
}
