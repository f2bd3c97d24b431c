package gen

// This file runs the probes: small functions, one for each corner of the language.

import (
	"path/filepath"
	"testing"
)

// TestProbes runs the programs of testdata/probes as source, machine and baseline.
func TestProbes(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs programs")
	}
	list := sample(t, programs(t, filepath.Join("..", "testdata", "probes")))
	runTrials(t, list, 1, true)
	total := 0
	for _, p := range list {
		total += len(p.subjects)
		t.Logf("%s: %d probes", p.name, len(p.subjects))
		if p.failure != "" || p.refused != "" {
			t.Errorf("%s: %s%s", p.name, p.failure, p.refused)
		}
	}
	t.Logf("%d probes", total)
}
