package suite_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/coroutinegen/coroutinegen/gen/check/suite"
)

// Every driver accepts the analyzers together.
func TestValid(t *testing.T) {
	if err := analysis.Validate(suite.Analyzers()); err != nil {
		t.Error(err)
	}
}

// A call with flags leaves the analyzers of other calls alone, and refuses what does not exist.
func TestWith(t *testing.T) {
	calls := func(list []*analysis.Analyzer) string {
		i := slices.IndexFunc(list, func(a *analysis.Analyzer) bool { return a.Name == "blocking" })
		return list[i].Flags.Lookup("calls").Value.String()
	}
	with, err := suite.With(suite.Flags{"blocking": {"calls": "a.B"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := calls(with); got != "a.B" {
		t.Errorf("the flag is %q", got)
	}
	if got := calls(suite.Analyzers()); got != "" {
		t.Errorf("the flag of others is %q", got)
	}
	for flags, want := range map[[3]string]string{
		{"bloking", "calls", "a.B"}:  "no analyzer bloking",
		{"blocking", "call", "a.B"}:  "the flag call of the analyzer blocking: no such flag",
		{"blocking", "calls", "aaB"}: "not the path of a package",
	} {
		if _, err := suite.With(suite.Flags{flags[0]: {flags[1]: flags[2]}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: the error is %v, and should say %q", flags, err, want)
		}
	}
}

// The documentation of each package says what its analyzer cannot see, and the manual names
// the analyzer.
func TestDocumentation(t *testing.T) {
	manual, err := parser.ParseFile(token.NewFileSet(), "../../../annotations/doc.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range suite.Analyzers() {
		if !regexp.MustCompile(`[Tt]he analyzer ` + a.Name + `\b`).MatchString(manual.Doc.Text()) {
			t.Errorf("annotations/doc.go does not say what the analyzer %s reports", a.Name)
		}
		if a.Name == "coroutinegen" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", a.Name, a.Name+".go"), nil, parser.ParseComments)
		if err != nil {
			t.Error(err)
			continue
		}
		if !regexp.MustCompile(`\n# What the analyzer cannot see\n`).MatchString(file.Doc.Text()) {
			t.Errorf("the documentation of package %s does not say what the analyzer cannot see", a.Name)
		}
	}
}
