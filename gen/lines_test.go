package gen

// This file tests line directives.

import (
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var directive = regexp.MustCompile(`(?m)^//line .*\n`)

// lineSources returns the sources of all goldens and probes by name.
func lineSources(t *testing.T) map[string]string {
	t.Helper()
	sources := map[string]string{}
	for _, g := range goldens(t) {
		sources[g.name] = g.file("in.go")
	}
	for _, p := range programs(t, filepath.Join("..", "testdata", "probes")) {
		sources["probe "+p.name] = p.in
	}
	return sources
}

// withLines returns the machines of source with line directives or without them.
func withLines(t *testing.T, source, lines string) string {
	t.Helper()
	code, err := machineText(source, Options{Lines: lines})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// TestLinesChangeNothing demands that a machine with line directives is the machine without
// them.
func TestLinesChangeNothing(t *testing.T) {
	for name, source := range lineSources(t) {
		plain, lines := withLines(t, source, ""), withLines(t, source, "relative")
		// The empty line in front of a directive may stand between declarations only.
		stripped, err := format.Source([]byte(directive.ReplaceAllString(lines, "")))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if formatted, err := format.Source([]byte(lines)); err != nil || string(formatted) != lines {
			t.Errorf("%s: gofmt changes the output: %v", name, err)
		}
		if got, want := withoutEmptyLines(string(stripped)), withoutEmptyLines(plain); got != want {
			t.Errorf("%s: without its directives, the output differs: %s", name, firstDifference(got, want))
		}
	}
}

func withoutEmptyLines(text string) string {
	return regexp.MustCompile(`\n{2,}`).ReplaceAllString(text, "\n")
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "\n" + a[i] + "\nin place of\n" + b[i]
		}
	}
	return "one has more lines"
}

// TestLinesAreTrue demands that every literal of the source that a machine contains counts as
// standing on the line where it stands in the source, and that other lines of the machine have
// their own position.
func TestLinesAreTrue(t *testing.T) {
	mapped := 0
	for name, source := range lineSources(t) {
		places := map[string][]int{} // the lines of the source where a literal stands
		literals(t, "in.go", source, func(at, _ token.Position, lit string) {
			places[lit] = append(places[lit], at.Line)
		})
		code := withLines(t, source, "relative")
		literals(t, "in_coroutine.go", code, func(at, raw token.Position, lit string) {
			line := strings.Split(code, "\n")[raw.Line-1]
			isText := strings.Trim(lit, "`\"'") != "" && strings.Contains("`\"'", lit[:1])
			if !isText || ownText.MatchString(line) {
				return
			}
			switch {
			case at.Filename == "in.go" && !slices.Contains(places[lit], at.Line) && !hasLiteral(source, at.Line):
				t.Errorf("%s: line %d counts as line %d of the source, where no %s is:\n%s", name, raw.Line, at.Line, lit, line)
			case at.Filename == "in_coroutine.go" && at.Line != raw.Line:
				t.Errorf("%s: line %d counts as line %d:\n%s", name, raw.Line, at.Line, line)
			case at.Filename == "in_coroutine.go" && strings.HasPrefix(lit, `"`) && len(places[lit]) == 1:
				t.Errorf("%s: line %d has no position in the source, and %s is in line %d there:\n%s", name, raw.Line, lit, places[lit][0], line)
			case at.Filename == "in.go":
				mapped++
			}
		})
	}
	t.Logf("%d literals", mapped)
	if mapped < 900 {
		t.Error("they are too few")
	}
}

// ownText matches lines whose literals a machine has of its own.
var ownText = regexp.MustCompile(`\.(Resumed|Reentered|NotBegun|RunSource2?|RunSendSource|New)\(|const |return ".*: `)

// hasLiteral reports whether a function literal begins in the given line of source. Its
// arguments may stand in other lines, and count as standing where the call begins.
func hasLiteral(source string, line int) bool {
	return strings.Contains(strings.Split(source, "\n")[line-1], "func(")
}

// literals calls yield for the literals in the functions of a file: with the position by the
// directives of the file, and without them.
func literals(t *testing.T, name, text string, yield func(at, raw token.Position, lit string)) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
			ast.Inspect(f.Body, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok {
					yield(fset.Position(lit.Pos()), fset.PositionFor(lit.Pos(), false), lit.Value)
				}
				return true
			})
		}
	}
}

// TestLinesKeepText demands that marks neither change strings nor stay in the output, and that
// the source need not be formatted.
func TestLinesKeepText(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"StringEndsLikeComment", "x := `a\n// b`\nn++\nfunc() { println(x) }()", "`a\n// b`"},
		{"StringHoldsMark", "x := `a\n//line +5\n\n\n//line +x`\nn++\nfunc() { println(x) }()", "`a\n//line +5\n\n\n//line +x`"},
		{"ResultsOfSeveralLines", "f := func() (\n\tint,\n) {\n\treturn n\n}\nprintln(f())", "func() int {\n//line in.go:"},
		{"EmptyParameters", "f := func(\n) {\n}\nf(\n)", "func() {"},
		{"Parentheses", "for range (\n3) {\n\tn++\n}\n", "range 3 {\n//line in.go:12"},
		{"EmptyLines", "func() {\n\n\tprintln(1)\n\n\n\tprintln(2)\n\n}()\n_ = []int{\n\n\t1,\n\n}", "println(2)"},
		{"BracesAtBeginnings", "_ = []any{\n\tfunc() {\n\t}, interface {\n\t}(nil), map[string]int{\n\t},\n}", "map[string]int{"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			source := "package p\n\nimport (\n\tco \"github.com/coroutinegen/coroutinegen/annotations\"\n" +
				"\t\"github.com/coroutinegen/coroutinegen/rt\"\n)\n\n//coroutine:async\nfunc f(n int) error {\n" + test.body +
				"\nreturn co.Wait(rt.Yield())\n}\n"
			code := withLines(t, source, "relative")
			if !strings.Contains(code, test.want) {
				t.Errorf("%q is not in\n%s", test.want, code)
			}
			if strings.Contains(code, "//line +") && !strings.Contains(test.body, "//line +") {
				t.Errorf("a mark is in\n%s", code)
			}
		})
	}
}
