package gen

// This file runs the tests of the Go compiler for its rewriting of loops over functions.
// Their iterators, and checkers of iterators, go on after the end, swallow panics, and
// nest. The tests are made async like any program of the corpus.

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/asyncify/gotest"
)

func TestCorpusRangeFunc(t *testing.T) {
	if !*corpusAll && !*corpusUpdate {
		t.Skip("takes long: run with -corpus")
	}
	c := newCorpora(t, 1)[0]
	text, err := os.ReadFile(filepath.Join(gotest.Dir(), "../src/cmd/compile/internal/rangefunc/rangefunc_test.go"))
	if err != nil {
		t.Skip(err)
	}
	p := &gotest.Program{Path: "rangefunc_test.go", Source: testsAsProgram(string(text))}
	dir := t.TempDir()
	name := filepath.Join(dir, "plain.go")
	if err := os.WriteFile(name, p.Source, 0o666); err != nil {
		t.Fatal(err)
	}
	exe, err := c.tc.Build(dir, nil, name)
	if err != nil {
		t.Fatal(err)
	}
	if p.Want, err = c.tc.Run(exe, nil, nil, runLimit); err != nil {
		t.Fatal(err)
	}
	if o := c.run(t.TempDir(), p); o.reason != "" {
		t.Error(o.reason)
	} else {
		t.Logf("%d async functions, %d awaits", o.size.Funcs, o.size.Awaits)
	}
}

var testPattern = regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)

// testsAsProgram returns the tests in text as a program that prints the errors and logs
// of the tests.
func testsAsProgram(text string) []byte {
	var calls strings.Builder
	for _, m := range testPattern.FindAllStringSubmatch(text, -1) {
		fmt.Fprintf(&calls, "\t%s(&T{%[1]q})\n", m[1])
	}
	text = text[strings.Index(text, "package "):]
	_, text, _ = strings.Cut(text, "\n")
	text = strings.NewReplacer("\t\"testing\"\n", "", "*testing.T", "*T").Replace(text)
	return []byte("package main\n" + text + `
type T struct{ name string }

func (t *T) Error(args ...any)                 { fmt.Println(t.name, fmt.Sprint(args...)) }
func (t *T) Errorf(format string, args ...any) { fmt.Println(t.name, fmt.Sprintf(format, args...)) }
func (t *T) Logf(format string, args ...any)   { fmt.Println(t.name, fmt.Sprintf(format, args...)) }

func main() {
` + calls.String() + "}\n")
}
