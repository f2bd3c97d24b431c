package unawaited_test

// This file runs the analyzer over testdata/analyzers/unawaited.

import (
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/check/unawaited"
	"github.com/coroutinegen/coroutinegen/gen/internal/wants"
)

func TestAnalyzer(t *testing.T) {
	wants.Run(t, unawaited.Analyzer, "../../../testdata/analyzers/unawaited")
}
