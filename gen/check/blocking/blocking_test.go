package blocking_test

// This file runs the analyzer over testdata/analyzers/blocking.

import (
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/coroutinegen/coroutinegen/gen/check/blocking"
	"github.com/coroutinegen/coroutinegen/gen/internal/wants"
)

func TestAnalyzer(t *testing.T) {
	a := blocking.New()
	for _, names := range []string{"strings.Count", " bytes.Buffer.*,"} {
		if err := a.Flags.Set("calls", names); err != nil {
			t.Fatal(err)
		}
	}
	wants.Run(t, a, "../../../testdata/analyzers/blocking")
}

func TestCallsFlag(t *testing.T) {
	for list, ok := range map[string]bool{
		"":                            true,
		"time.Sleep":                  true,
		"gopkg.in/yaml.v3.Unmarshal":  true,
		"example.com/a.T.M,,net.Dial": true,
		"example.com/a":               false,
		"Sleep":                       false,
	} {
		if err := blocking.New().Flags.Set("calls", list); (err == nil) != ok {
			t.Errorf("-blocking.calls=%s: %v", list, err)
		}
	}
}

// A flag belongs to one analyzer, and adds to what it was set to before.
func TestCallsOfEach(t *testing.T) {
	one, other := blocking.New(), blocking.New()
	for _, name := range []string{"b.C", "a.B"} {
		if err := one.Flags.Set("calls", name); err != nil {
			t.Fatal(err)
		}
	}
	for a, want := range map[*analysis.Analyzer]string{one: "a.B,b.C", other: "", blocking.Analyzer: ""} {
		if got := a.Flags.Lookup("calls").Value.String(); got != want {
			t.Errorf("the flag is %q, and should be %q", got, want)
		}
	}
}
