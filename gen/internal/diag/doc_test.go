package diag

// This file tests that every code is documented, in one form.

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

func TestNewDoc(t *testing.T) {
	got := newDoc("X", "X occurs when it\nrains.\n\nExample:\n f() {\n \tg()\n\n }\n\nRemedy: Wait.\nThen go.\n\nInstead:\n g()\n")
	want := Doc{"X", "X occurs when it rains.", "f() {\n\tg()\n\n}", "Wait. Then go.", "g()"}
	if got != want {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

// Every code of the package is in Docs, once, with all that there is to say about it.
func TestDocs(t *testing.T) {
	missing := map[string]bool{}
	for _, name := range codesOfPackage(t) {
		missing[name] = true
	}
	if len(missing) == 0 {
		t.Fatal("no codes found")
	}
	for _, d := range Docs() {
		name := string(d.Code)
		if !missing[name] {
			t.Errorf("%s is no code, or is documented twice", name)
		}
		delete(missing, name)
		if !strings.HasPrefix(d.Occurs, name+" occurs when ") || !strings.HasSuffix(d.Occurs, ".") && !strings.HasSuffix(d.Occurs, ".)") {
			t.Errorf("%s occurs: %q", name, d.Occurs)
		}
		if d.Example == "" {
			t.Errorf("%s has no Example", name)
		}
		if first := d.Remedy; first == "" || strings.ToUpper(first[:1]) != first[:1] || !strings.HasSuffix(first, ".") {
			t.Errorf("the Remedy of %s is not a sentence: %q", name, d.Remedy)
		}
		if d.Instead == "" && d.Code != Internal {
			t.Errorf("%s has no Instead", name)
		}
		if d.Instead == d.Example {
			t.Errorf("the Remedy of %s changes nothing", name)
		}
	}
	for name := range missing {
		t.Errorf("%s is not documented: does its file match the pattern of go:embed?", name)
	}
}

// codesOfPackage returns the names of all constants of type Code.
func codesOfPackage(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok {
				if typ, ok := spec.Type.(*ast.Ident); ok && typ.Name == "Code" && len(spec.Values) > 0 {
					names = append(names, spec.Names[0].Name)
				}
			}
			return true
		})
	}
	return names
}
