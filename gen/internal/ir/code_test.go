package ir

// This file tests what is asked of code, and how types are written.

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"
)

func TestCodeString(t *testing.T) {
	v := &Var{Name: "v", Kind: Temp, ID: 3}
	for _, c := range []struct {
		code Code
		want string
	}{
		{Code{Text("f("), &Ref{Var: v}, Text(")")}, "f(v3)"},
		{Code{&Ref{Var: v, Addr: true}}, "&v3"},
		{Code{&Qual{Path: "a/b", Name: "C", Pkg: "b"}}, "b.C"},
		{Code{Task{}, Text("; "), ExitPtr{}, Text("; "), Deferred{}}, "t; &exit; deferred"},
		{Code{&Terminator{Return: &Return{Results: []Code{Of(v), Lit("nil")}}}}, "return v3, nil"},
		{Code{&Terminator{Jump: &Jump{Tok: token.GOTO, To: &Block{Kind: "loop", Index: 2}}}}, "goto loop.2"},
	} {
		if got := c.code.String(); got != c.want {
			t.Errorf("the code is %q, and should be %q", got, c.want)
		}
	}
}

func TestSays(t *testing.T) {
	for text, want := range map[string]bool{
		"nil":           true,
		"x = nil":       true,
		"nilly":         false,
		`"nil"`:         false,
		"// nil":        false,
		"x.nil":         true,
		"a, b = 1, nil": true,
	} {
		if got := Lit(text).Says([]string{"nil"}); got != want {
			t.Errorf("%q says nil: %v", text, got)
		}
	}
	inReturn := Code{&Terminator{Return: &Return{Results: []Code{Lit("nil")}}}}
	if !inReturn.Says([]string{"nil"}) {
		t.Error("a return of nil does not say nil")
	}
}

func TestEndsList(t *testing.T) {
	for text, want := range map[string]bool{
		"":             true,
		" ; \n}":       true,
		"\ncase 2: f":  true,
		"\ndefault:":   true,
		"\nf()":        false,
		"; else { g }": false,
	} {
		if got := Lit(text).EndsList(); got != want {
			t.Errorf("a list of statements ends before %q: %v", text, got)
		}
	}
	if (Code{&Ref{Var: &Var{Name: "v"}}}).EndsList() {
		t.Error("a list of statements ends before a variable")
	}
}

// TestTypeCode writes types of a package in that package and in another.
func TestTypeCode(t *testing.T) {
	const source = `package p

import "time"

type own struct{ n int }

var (
	a []*own
	b map[string][3]time.Duration
	c func(n int, rest ...string) (own, error)
	d chan (<-chan int)
	e <-chan func()
	f interface{ M(int) bool }
	g struct{ a, b int ` + "`x:\"1\"`" + ` }
)
`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	pkg, err := conf.Check("example.org/p", fset, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"a": "[]*own",
		"b": "map[string][3]time.Duration",
		"c": "func(n int, rest ...string) (own, error)",
		"d": "chan (<-chan int)",
		"e": "<-chan func()",
		"f": "interface{M(int) bool}",
		"g": `struct{a int "x:\"1\""; b int "x:\"1\""}`,
	} {
		typ := pkg.Scope().Lookup(name).Type()
		if got := TypeCode(typ, pkg).String(); got != want {
			t.Errorf("the type of %s is %s, and should be %s", name, got, want)
		}
		elsewhere := TypeCode(typ, types.NewPackage("example.org/q", "q")).String()
		if want := strings.ReplaceAll(want, "own", "p.own"); elsewhere != want {
			t.Errorf("elsewhere the type of %s is %s, and should be %s", name, elsewhere, want)
		}
	}
	bad := Unnameable(pkg.Scope().Lookup("a").Type(), types.NewPackage("example.org/q", "q"))
	if bad == nil || bad.String() != "example.org/p.own" {
		t.Errorf("what cannot be named elsewhere is %v", bad)
	}
	if bad := Unnameable(pkg.Scope().Lookup("b").Type(), pkg); bad != nil {
		t.Errorf("%v cannot be named", bad)
	}
}
