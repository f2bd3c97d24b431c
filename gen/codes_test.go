package gen

// This file tests the documentation of the codes: what an Example shows is refused with the
// code, and what stands under Instead is not refused.

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/coroutinegen/coroutinegen/gen/check"
	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// elsewhere are the codes whose examples a script tests, because they are about files or
// commands: testdata/script/codes.txtar.
var elsewhere = []diag.Code{diag.NoSuchFunction, diag.MirrorImpossible, diag.Internal, diag.Stale}

func TestCodeDocs(t *testing.T) {
	for _, d := range CodeDocs() {
		if slices.Contains(elsewhere, d.Code) {
			continue
		}
		t.Run(string(d.Code), func(t *testing.T) {
			if got := codesIn(t, d.Example); !slices.Equal(got, []string{string(d.Code)}) {
				t.Errorf("the Example is refused with %q:\n%s", got, d.Example)
			}
			if got := codesIn(t, d.Instead); len(got) > 0 {
				t.Errorf("what stands under Instead is refused with %q:\n%s", got, d.Instead)
			}
		})
	}
}

// codesIn returns the codes that the tool reports for the files in text, or else those that
// go vet reports, without repetitions.
func codesIn(t *testing.T, text string) (codes []string) {
	t.Helper()
	add := func(code, message string) {
		t.Logf("%s: %s", code, message)
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	pkgs, diags := load.FromSource(exampleFiles(text))
	res, diags := generate(pkgs, diags, &Options{})
	for _, d := range diags {
		add(string(d.Code), d.Message)
	}
	if err := failure(res); err != nil {
		t.Error(err)
	}
	if len(codes) > 0 {
		return codes
	}
	for _, p := range pkgs {
		pass := &analysis.Pass{
			Analyzer: check.Analyzer, Fset: p.Fset, Pkg: p.Types, TypesInfo: p.Info,
			ReadFile: func(string) ([]byte, error) { return nil, errors.ErrUnsupported },
			Report:   func(d analysis.Diagnostic) { add(d.Category, d.Message) },
		}
		for _, f := range p.Files {
			pass.Files = append(pass.Files, f.Syntax)
		}
		if _, err := check.Analyzer.Run(pass); err != nil {
			t.Error(err)
		}
	}
	return codes
}

var (
	fileHeading = regexp.MustCompile(`(?m)^// in (\S+\.go)(, by hand)?\n`)
	importLine  = regexp.MustCompile(`(?m)^import .*\n`)
	exampleUses = regexp.MustCompile(`\b(\w+)\.[A-Z]`)
)

// exampleImports are the packages that examples use without importing them.
var exampleImports = map[string]string{
	"co":     "github.com/coroutinegen/coroutinegen/annotations",
	"rt":     "github.com/coroutinegen/coroutinegen/rt",
	"netio":  "github.com/coroutinegen/coroutinegen/rt/netio",
	"rttest": "github.com/coroutinegen/coroutinegen/rt/rttest",
	"other":  load.MemoryPath + "/other",
	"fmt":    "fmt", "log": "log", "testing": "testing", "unsafe": "unsafe",
}

// exampleFiles returns the files of an example by name. A comment names the file whose content
// follows; without one, that is x.go. Every file gets a package clause, and imports what it
// uses.
func exampleFiles(text string) map[string]string {
	name, files := "x.go", map[string]string{}
	for {
		at := fileHeading.FindStringSubmatchIndex(text)
		body := text
		if at != nil {
			body = text[:at[0]]
		}
		if strings.TrimSpace(body) != "" {
			files[name] = exampleFile(name, body)
		}
		if at == nil {
			return files
		}
		name, text = text[at[2]:at[3]], text[at[1]:]
	}
}

// exampleFile makes body a file.
func exampleFile(name, body string) string {
	pkg := path.Base(path.Dir(name))
	switch {
	case strings.Contains(body, "func main()"):
		pkg = "main"
	case pkg == ".":
		pkg = "p"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "package %s\n\n", pkg)
	imported := map[string]bool{}
	for _, m := range exampleUses.FindAllStringSubmatch(body, -1) {
		if p := exampleImports[m[1]]; p != "" && !imported[p] {
			imported[p] = true
			fmt.Fprintf(&b, "import %s %q\n", m[1], p)
		}
	}
	for _, line := range importLine.FindAllString(body, -1) {
		b.WriteString(line)
	}
	b.WriteString("\n" + importLine.ReplaceAllString(body, "") + "\n")
	return b.String()
}
