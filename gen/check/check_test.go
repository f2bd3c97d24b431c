package check_test

// This file runs the checks over testdata/check/src. Each directory is named for the
// code that it tests. Comments say which diagnostics are wanted:
//
//	code // want "regexp"          on this line
//	// want@+2 "regexp"            two lines further down
//
// The regexp is matched against "Code: message; remedy".

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
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/coroutinegen/coroutinegen/gen"
	"github.com/coroutinegen/coroutinegen/gen/check"
	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

const root = "../.."

// problem is one diagnostic, wanted or found.
type problem struct {
	file string // base names of the directory and the file
	line int
	text string
}

func (p problem) String() string { return fmt.Sprintf("%s:%d: %s", p.file, p.line, p.text) }

// lateCodes are the codes that stages after the check report.
var lateCodes = map[string]bool{"UnnameableType": true, "LocalTypeClash": true, "OrderUncertain": true, "PredeclaredHidden": true, "InstantiationCycle": true}

// vetCode matches the codes that only the Analyzer reports.
var vetCode = regexp.MustCompile(`^(ErrorDropped|AsyncFuncValue)`)

// isAsyncError matches an error of the compiler whose remedy says which coroutine is meant.
var isAsyncError = regexp.MustCompile(`^DoesNotCompile: .* is async: write `)

func cases(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(root, "testdata/check/src/*"))
	if err != nil || len(dirs) == 0 {
		t.Fatal("no cases", err)
	}
	return dirs
}

func shortName(path string) string {
	return filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path)
}

var wantComment = regexp.MustCompile(`want(?:@([+-]\d+))?((?: "(?:[^"\\]|\\.)*")+)`)

// wanted returns what the comments of all cases want. With an argument, it returns only
// the cases of late codes, or only the others.
func wanted(t *testing.T, late ...bool) []problem {
	t.Helper()
	var wants []problem
	for _, dir := range cases(t) {
		if len(late) > 0 && late[0] != lateCodes[filepath.Base(dir)] {
			continue
		}
		files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for i, line := range strings.Split(string(text), "\n") {
				_, comment, ok := strings.Cut(line, "// ")
				if !ok {
					continue
				}
				m := wantComment.FindStringSubmatch(comment)
				if m == nil {
					continue
				}
				offset, _ := strconv.Atoi(m[1])
				for _, quoted := range regexp.MustCompile(`"(?:[^"\\]|\\.)*"`).FindAllString(m[2], -1) {
					re, err := strconv.Unquote(quoted)
					if err != nil {
						t.Fatalf("%s:%d: %v", file, i+1, err)
					}
					wants = append(wants, problem{shortName(file), i + 1 + offset, re})
				}
			}
		}
	}
	return wants
}

// compare matches what was found with what was wanted.
func compare(t *testing.T, wants, found []problem) {
	t.Helper()
	wants = slices.Clone(wants)
	for _, p := range found {
		i := slices.IndexFunc(wants, func(w problem) bool {
			ok, err := regexp.MatchString("^(?:"+w.text+")", p.text)
			if err != nil {
				t.Fatal(w, err)
			}
			return ok && w.file == p.file && w.line == p.line
		})
		if i < 0 {
			t.Errorf("unexpected: %v", p)
			continue
		}
		wants = slices.Delete(wants, i, i+1)
	}
	for _, w := range wants {
		t.Errorf("missing: %v", w)
	}
}

// saidByCompiler reports whether w is about an async function in place of its coroutine, and
// the tool prints the error of the compiler instead, which has the remedy. The Analyzer has no
// errors of the compiler.
func saidByCompiler(w problem, wants []problem) bool {
	return strings.HasPrefix(w.text, "BlockingCall") && slices.ContainsFunc(wants, func(other problem) bool {
		return other.file == w.file && other.line == w.line && isAsyncError.MatchString(other.text)
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
	wants := wanted(t, false)
	wants = slices.DeleteFunc(slices.Clone(wants), func(w problem) bool {
		// Of a test, the tool reads the directives only.
		return vetCode.MatchString(w.text) || strings.HasSuffix(w.file, "_test.go") && !strings.HasPrefix(w.text, "Directive") || saidByCompiler(w, wants)
	})
	compare(t, wants, problems(t, diags))
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
	compare(t, wanted(t, true), problems(t, diags))
}

// problems checks the form of the diagnostics and returns them sorted.
func problems(t *testing.T, diags diag.List) []problem {
	t.Helper()
	diags.Sort()
	var found []problem
	for _, d := range diags {
		text := fmt.Sprintf("%s: %s", d.Code, d.Message)
		if d.Remedy != "" {
			text += "; " + d.Remedy
		}
		found = append(found, problem{shortName(d.Pos.Filename), d.Pos.Line, text})
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
	var found []problem
	for action := range graph.All() {
		for _, d := range action.Diagnostics {
			pos := action.Package.Fset.Position(d.Pos)
			p := problem{shortName(pos.Filename), pos.Line, d.Category + ": " + d.Message}
			if !slices.Contains(found, p) { // a package and its test variant report the same
				found = append(found, p)
			}
		}
	}
	// The Analyzer does not report errors of the compiler, values whose type is
	// unknown while nameAsync is missing, and cgo, whose files it gets translated.
	wants := slices.DeleteFunc(wanted(t, false), func(w problem) bool {
		return strings.HasPrefix(w.text, "DoesNotCompile") || strings.HasPrefix(w.text, "DirectiveInCgo") ||
			strings.HasPrefix(w.file, "AsyncValueDropped") && !slices.ContainsFunc(found, func(p problem) bool { return p.file == w.file && p.line == w.line })
	})
	compare(t, wants, found)
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
	wants := wanted(t)
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
			if !slices.ContainsFunc(wants, func(w problem) bool {
				return strings.HasPrefix(w.file, name+"/") && strings.HasPrefix(w.text, name)
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
