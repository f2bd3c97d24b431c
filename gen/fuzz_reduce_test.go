package gen

// This file reduces failing programs.

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/fuzzgen"
)

var (
	quoted = regexp.MustCompile("[`\"'][^`\"']*[`\"']|\\b\\w*\\d+\\w*\\b|:.*of type.*")
)

// failureKind returns the kind of the failure of p, which reducing must keep.
func failureKind(p *trial) string {
	switch {
	case p.failure == "":
		return ""
	case strings.Contains(p.failure, "internal error"):
		line, _, _ := strings.Cut(p.failure, "\n")
		if i := strings.LastIndex(line, "in_coroutine.go"); i >= 0 {
			line = line[i:]
		}
		if strings.Contains(line, "declared and not used") {
			return "declared and not used"
		}
		return quoted.ReplaceAllString(line, "")
	case strings.Contains(p.failure, "tool panics"):
		return "tool panics"
	case strings.HasPrefix(p.failure, "go vet"), strings.HasPrefix(p.failure, "does not build"):
		return "build"
	}
	return "behaviour"
}

// reduce returns a smaller program that fails as p does.
func reduce(t *testing.T, p *trial, seed uint64) *trial {
	kind := failureKind(p)
	quick := kind != "behaviour" && kind != "build"
	at := 0 // the index of the next edit to try; the edits before it failed
	for round := 0; round < 400; round++ {
		var tries []*trial
		edits := fuzzgen.Edits(p.in)
		next := at
		for i := at; i < len(edits) && len(tries) < 10; i++ {
			next = i + 1
			in, err := fuzzRepair(edits[i].Apply(p.in))
			if err != nil || len(in) >= len(p.in) {
				continue
			}
			c := &trial{name: fmt.Sprint("try", i), in: in}
			c.generate()
			switch {
			case len(c.subjects) == 0:
			case quick:
				if failureKind(c) == kind {
					tries = append(tries, c)
				}
			case c.failure == "" && c.refused == "":
				tries = append(tries, c)
			}
			if quick && len(tries) > 0 {
				break
			}
		}
		if len(tries) == 0 && next >= len(edits) {
			if at == 0 {
				break
			}
			at = 0
			if round > 200 {
				break
			}
			// Start again: edits that failed before may work now.
			if p.again {
				break
			}
			p.again = true
			continue
		}
		if !quick && len(tries) > 0 {
			runTrials(t, tries, seed, true)
		}
		found := false
		for _, c := range tries {
			if failureKind(c) == kind {
				c.name = p.name
				t.Logf("reduced to %d bytes", len(c.in))
				p, found = c, true
				break
			}
		}
		if !found {
			at = next
		}
	}
	return p
}

// TestFuzzReduce reduces the programs of -fuzzprograms.
func TestFuzzReduce(t *testing.T) {
	if !*fuzzReduce || *fuzzPrograms == "" {
		t.Skip("needs -fuzzreduce and -fuzzprograms")
	}
	for _, p := range programs(t, *fuzzPrograms) {
		runTrials(t, []*trial{p}, 1, true)
		if p.failure == "" {
			t.Errorf("%s does not fail", p.name)
			continue
		}
		small := reduce(t, p, 1)
		t.Logf("%s\n%s", small.failure, small.in)
		if *fuzzKeep != "" {
			if err := os.WriteFile(filepath.Join(*fuzzKeep, p.name+".go"), []byte(small.in), 0o666); err != nil {
				t.Error(err)
			}
		}
	}
}
