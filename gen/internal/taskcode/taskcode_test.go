package taskcode_test

// This file tests which bodies are found, and what a walk visits.

import (
	"fmt"
	"go/ast"
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/taskcode"
)

// find returns the code of a file.
func find(t *testing.T, text string) *taskcode.Code {
	t.Helper()
	pkgs, diags := load.FromSource(map[string]string{"in.go": text})
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	p := pkgs[0]
	code, err := taskcode.Analyzer.Run(&analysis.Pass{
		Analyzer: taskcode.Analyzer, Fset: p.Fset, Files: []*ast.File{p.Files[0].Syntax}, Pkg: p.Types, TypesInfo: p.Info,
	})
	if err != nil {
		t.Fatal(err)
	}
	return code.(*taskcode.Code)
}

// Each body prints the arguments of the calls of print that it runs.
func TestBodies(t *testing.T) {
	code := find(t, `package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
func f() {
	print("f")
	func() { print("called") }()
	defer func() { print("deferred") }()
	go func(s string) { print("go") }(func() string { print("operand"); return "" }())
	go print("not here")
	held := func() { print("held") }
	held()
	other := func() { print("other") }
	other = nil
	_ = other
	co.Must(co.Async(func() (int, error) {
		print("coroutine")
		rt.ToThread(func() (int, error) { print("thread"); return 0, nil })
		return 0, nil
	}))
}

//coroutine:blocking
func g() { print("g") }

var v = co.AsyncVoid(func() error { print("package"); return nil })
`)
	var got []string
	for _, b := range code.Bodies {
		line := ""
		code.Walk(b.Block, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && code.IsBuiltin(call, "print") {
				line += call.Args[0].(*ast.BasicLit).Value
			}
			return true
		})
		name := "-"
		if b.Callee != nil {
			name = b.Callee.Name()
			if code.Body(b.Callee) != b {
				t.Errorf("the body of %s is another", name)
			}
		}
		around := "-"
		if b.Around != nil && b.Around.Callee != nil {
			around = b.Around.Callee.Name()
		}
		got = append(got, fmt.Sprintf("%s in %s, task %v, blocking %v: %s", name, around, b.Task, b.Blocking, line))
	}
	want := []string{
		`f in -, task true, blocking false: "f""called""deferred""operand"`,
		`- in f, task false, blocking false: "go"`,
		`held in f, task false, blocking false: "held"`,
		`- in f, task false, blocking false: "other"`,
		`- in f, task true, blocking false: "coroutine"`,
		`- in -, task false, blocking false: "thread"`,
		`g in -, task false, blocking true: "g"`,
		`- in -, task true, blocking false: "package"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

func TestValues(t *testing.T) {
	code := find(t, `package p

import _ "github.com/coroutinegen/coroutinegen/rt"

func one() (int, error) { return 0, nil }

func f(param func()) {
	once := 1
	first, err := one()
	twice := 1
	twice++
	address := 1
	_ = &address
	var late int
	late = 3
	param = nil
	print(once, first, err, twice, address, late, param)
}
`)
	known := map[string]bool{}
	ast.Inspect(code.Files[0].Syntax, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && code.IsBuiltin(call, "print") {
			for _, arg := range call.Args {
				known[arg.(*ast.Ident).Name] = code.Value(code.Variable(arg)) != nil
			}
		}
		return true
	})
	for name, want := range map[string]bool{"once": true, "first": true, "err": false, "twice": false, "address": false, "late": true, "param": false} {
		if known[name] != want {
			t.Errorf("the value of %s is known: %v, want %v", name, known[name], want)
		}
	}
}
