package suite_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
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
