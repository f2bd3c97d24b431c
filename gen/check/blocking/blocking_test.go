package blocking_test

// This file runs the analyzer over testdata/analyzers/blocking.

import (
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/check/blocking"
	"github.com/coroutinegen/coroutinegen/gen/internal/wants"
)

func TestAnalyzer(t *testing.T) {
	calls := blocking.Analyzer.Flags.Lookup("calls")
	if err := calls.Value.Set("strings.Count, bytes.Buffer.*"); err != nil {
		t.Fatal(err)
	}
	defer calls.Value.Set("")
	wants.Run(t, blocking.Analyzer, "../../../testdata/analyzers/blocking")
}

func TestCallsFlag(t *testing.T) {
	calls := blocking.Analyzer.Flags.Lookup("calls")
	defer calls.Value.Set("")
	for list, ok := range map[string]bool{
		"":                            true,
		"time.Sleep":                  true,
		"gopkg.in/yaml.v3.Unmarshal":  true,
		"example.com/a.T.M,,net.Dial": true,
		"example.com/a":               false,
		"Sleep":                       false,
	} {
		if err := calls.Value.Set(list); (err == nil) != ok {
			t.Errorf("-blocking.calls=%s: %v", list, err)
		}
	}
}
