package check_test

// This file runs the checks over testdata/check/src. Each directory is named for the
// code that it tests. Comments say which diagnostics are wanted, as package wants defines it.
// Their regular expressions are matched against "Code: message; remedy".

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/coroutinegen/coroutinegen/gen"
	"github.com/coroutinegen/coroutinegen/gen/check"
	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/wants"
)

const root = "../.."

// lateCodes are the codes that stages after the check report.
var lateCodes = map[string]bool{"UnnameableType": true, "LocalTypeClash": true, "OrderUncertain": true, "PredeclaredHidden": true, "InstantiationCycle": true}

// vetCode matches the codes that only the Analyzer reports.
var vetCode = regexp.MustCompile(`^(ErrorDropped|AsyncFuncValue|Stale)`)

// isAsyncError matches an error of the compiler whose remedy says which coroutine is meant.
var isAsyncError = regexp.MustCompile(`(?s)^DoesNotCompile: .* (is async: write |an async generator)`)

func cases(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(root, "testdata/check/src/*"))
	if err != nil || len(dirs) == 0 {
		t.Fatal("no cases", err)
	}
	return dirs
}

// wanted returns what the comments of all cases want. With an argument, it returns only
// the cases of late codes, or only the others.
func wanted(t *testing.T, late ...bool) []wants.Problem {
	t.Helper()
	dirs := slices.DeleteFunc(cases(t), func(dir string) bool {
		return len(late) > 0 && late[0] != lateCodes[filepath.Base(dir)]
	})
	return wants.In(t, dirs...)
}

// saidByCompiler reports whether w is about an async function in place of its coroutine, and
// the tool prints the error of the compiler instead, which has the remedy. The Analyzer has no
// errors of the compiler.
func saidByCompiler(w wants.Problem, all []wants.Problem) bool {
	return strings.HasPrefix(w.Text, "BlockingCall") && slices.ContainsFunc(all, func(other wants.Problem) bool {
		return other.File == w.File && other.Line == w.Line && isAsyncError.MatchString(other.Text)
	})
}

// The tool calls Package.
func TestPackage(t *testing.T) {
	patterns := []string{}
	for _, dir := range cases(t) {
		patterns = append(patterns, "./testdata/check/src/"+filepath.Base(dir))
	}
	loaded, err := load.Load(context.Background(), load.Config{Dir: root, Patterns: patterns})
	if err != nil {
		t.Fatal(err)
	}
	diags := loaded.Diags
	for _, p := range loaded.Packages {
		diags.Add(check.Package(p)...)
	}
	all := wanted(t, false)
	want := slices.DeleteFunc(slices.Clone(all), func(w wants.Problem) bool {
		// The tool reads a test only if something is generated from it.
		return vetCode.MatchString(w.Text) || load.IsTest(w.File) && !strings.HasPrefix(w.Text, "Directive") || saidByCompiler(w, all)
	})
	wants.Compare(t, want, problems(t, diags))
}

// The later stages begin only if the checks find nothing.
func TestLaterStages(t *testing.T) {
	var patterns []string
	for dir := range lateCodes {
		patterns = append(patterns, "./testdata/check/src/"+dir)
	}
	_, err := gen.Generate(context.Background(), gen.Options{Dir: root, Patterns: patterns})
	var diags diag.List
	if !errors.As(err, &diags) {
		t.Fatalf("got %v, want diagnostics", err)
	}
	wants.Compare(t, wanted(t, true), problems(t, diags))
}

// problems checks the form of the diagnostics and returns them sorted.
func problems(t *testing.T, diags diag.List) []wants.Problem {
	t.Helper()
	diags.Sort()
	var found []wants.Problem
	for _, d := range diags {
		text := fmt.Sprintf("%s: %s", d.Code, d.Message)
		if d.Remedy != "" {
			text += "; " + d.Remedy
		}
		found = append(found, wants.Problem{File: wants.ShortName(d.Pos.Filename), Line: d.Pos.Line, Text: text})
		if !d.Pos.IsValid() {
			t.Errorf("without a position: %v", d)
		}
		if d.Remedy == "" && d.Code != diag.DoesNotCompile {
			t.Errorf("without a remedy: %v", d)
		}
		if strings.HasSuffix(d.Message, ".") || strings.HasSuffix(d.Remedy, ".") {
			t.Errorf("ends with a period: %v", d)
		}
	}
	return found
}

// Go vet and gopls call the Analyzer, whether or not the generated files exist.
func TestAnalyzer(t *testing.T) {
	var patterns []string
	for _, dir := range cases(t) {
		patterns = append(patterns, "./testdata/check/src/"+filepath.Base(dir))
	}
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax | packages.NeedModule, Dir: root, Tests: true}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pkgs {
		p.IllTyped = false // otherwise the checker would skip p; gopls does not
	}
	graph, err := checker.Analyze([]*analysis.Analyzer{check.Analyzer}, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	var found []wants.Problem
	for action := range graph.All() {
		for _, d := range action.Diagnostics {
			pos := action.Package.Fset.Position(d.Pos)
			p := wants.Problem{File: wants.ShortName(pos.Filename), Line: pos.Line, Text: d.Category + ": " + d.Message}
			if !slices.Contains(found, p) { // a package and its test variant report the same
				found = append(found, p)
			}
		}
	}
	// The Analyzer does not report errors of the compiler, values whose type is
	// unknown while nameAsync is missing, and cgo, whose files it gets translated.
	want := slices.DeleteFunc(wanted(t, false), func(w wants.Problem) bool {
		return strings.HasPrefix(w.Text, "DoesNotCompile") || strings.HasPrefix(w.Text, "DirectiveInCgo") ||
			strings.HasPrefix(w.File, "AsyncValueDropped") && !slices.ContainsFunc(found, func(p wants.Problem) bool { return p.File == w.File && p.Line == w.Line })
	})
	wants.Compare(t, want, found)
}

// Every code has an example in its comment, a mention in the manual and a case in
// testdata, and is spelled as its constant.
func TestEveryCodeHasACase(t *testing.T) {
	fset := token.NewFileSet()
	var decls []ast.Decl
	for _, name := range []string{"codes.go", "stagecodes.go"} {
		file, err := parser.ParseFile(fset, filepath.Join(root, "gen/internal/diag", name), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		decls = append(decls, file.Decls...)
	}
	manual, err := os.ReadFile(filepath.Join(root, "annotations/doc.go"))
	if err != nil {
		t.Fatal(err)
	}
	all := wanted(t)
	codes := make(map[string]bool)
	for _, decl := range decls {
		decl, ok := decl.(*ast.GenDecl)
		if !ok || decl.Tok != token.CONST {
			continue
		}
		for _, spec := range decl.Specs {
			spec := spec.(*ast.ValueSpec)
			name := spec.Names[0].Name
			if name == string(diag.Internal) || name == string(diag.NoSuchFunction) || name == string(diag.MirrorImpossible) {
				continue // not about a place in the source
			}
			codes[name] = true
			value := constant.StringVal(constant.MakeFromLiteral(spec.Values[0].(*ast.BasicLit).Value, token.STRING, 0))
			if value != name {
				t.Errorf("the code of %s is %q", name, value)
			}
			doc := spec.Doc.Text()
			if !strings.HasPrefix(doc, name+" occurs when ") || !strings.Contains(doc, "\nExample:\n") {
				t.Errorf("the comment of %s lacks \"%s occurs when\" or an Example", name, name)
			}
			if !regexp.MustCompile(`[( ]` + name + `[,)]`).Match(manual) {
				t.Errorf("annotations/doc.go does not mention %s among what is refused", name)
			}
			if !slices.ContainsFunc(all, func(w wants.Problem) bool {
				return strings.HasPrefix(w.File, name+"/") && strings.HasPrefix(w.Text, name)
			}) {
				t.Errorf("testdata/check/src/%s has no want for the code", name)
			}
		}
	}
	for _, dir := range cases(t) {
		if name := filepath.Base(dir); !codes[name] {
			t.Errorf("%s is not named for a code", dir)
		}
	}
}

// The program in the manual passes the checks.
func TestManual(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "annotations/doc.go"))
	if err != nil {
		t.Fatal(err)
	}
	var program strings.Builder
	for line := range strings.Lines(string(text)) {
		line, indented := strings.CutPrefix(line, "\t")
		switch {
		case strings.HasPrefix(line, "package ") && indented, program.Len() > 0 && (indented || line == "\n"):
			program.WriteString(line)
		case program.Len() > 0:
			goto end
		}
	}
end:
	pkgs, diags := load.FromSource(map[string]string{"manual.go": program.String()})
	for _, p := range pkgs {
		diags.Add(check.Package(p)...)
	}
	if err := diags.Err(); err != nil {
		t.Errorf("%v in\n%s", err, program.String())
	}
	if len(pkgs) != 1 || len(pkgs[0].Async) != 2 {
		t.Errorf("the program does not have two async functions:\n%s", program.String())
	}
}
