// Package stagetest runs the stages of the generator on small functions, for the tests of
// the stages.
package stagetest

// This file makes a function and runs the stages on it.

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/frame"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/lower"
	"github.com/coroutinegen/coroutinegen/gen/internal/order"
	"github.com/coroutinegen/coroutinegen/gen/internal/source"
)

// A Case is a row of a table: the body of a function, and the text after a stage.
type Case struct {
	Name string
	// Body is the body of the function. It may mention the parameters q (a
	// *queues.Queue[int]), n, list, on and p (a *int), the result r, the function price,
	// and the async function child.
	Body string
	Want string
}

const header = `package p

import (
	"log"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

var _ = log.Print

func price(n int) int { return n }

//coroutine:async
func child(q *queues.Queue[int], n int) int { return co.Must(q.Get()) + n }

//coroutine:async
func f(q *queues.Queue[int], n int, list []int, on bool, p *int) (r int) {
%s
	return r
}
`

// Run compares the result of text for each case with the text that the case wants.
func Run(t *testing.T, cases []Case, text func(t *testing.T, fn *Function) string) {
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			got, want := flush(text(t, New(t, fmt.Sprintf(header, c.Body)))), flush(c.Want)
			if got != want {
				t.Errorf("of\n%s\nbecomes\n%s\nand should become\n%s", flush(c.Body), got, want)
			}
		})
	}
}

// flush returns text without the common indentation of its lines, and without empty lines
// around it.
func flush(text string) string {
	lines := strings.Split(strings.TrimRight(strings.TrimLeft(text, "\n"), "\n\t "), "\n")
	indent := func(line string) int { return len(line) - len(strings.TrimLeft(line, "\t")) }
	common := indent(lines[0])
	for _, l := range lines {
		if strings.TrimSpace(l) != "" {
			common = min(common, indent(l))
		}
	}
	for i, l := range lines {
		lines[i] = l[min(common, indent(l)):]
	}
	return strings.Join(lines, "\n")
}

// A Function is an async function named f, with all that the stages need of it.
type Function struct {
	t   testing.TB
	pkg *load.Package

	source    *source.Package
	functions map[*load.Func]*ir.Func
	f         *load.Func
}

// New returns the async function f of the file text.
func New(t testing.TB, text string) *Function {
	t.Helper()
	pkgs, diags := load.FromSource(map[string]string{"in.go": text})
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	fn := &Function{t: t, pkg: pkgs[0], source: source.New(pkgs[0]), functions: map[*load.Func]*ir.Func{}}
	for _, f := range fn.pkg.Async {
		fn.functions[f] = fn.source.Func(f)
		if f.Decl.Name.Name == "f" {
			fn.f = f
		}
	}
	return fn
}

// Body returns the function after stage order.
func (fn *Function) Body() *ir.Body {
	fn.t.Helper()
	decls := fn.pkg.Declarations()
	body, diags := order.Func(&order.Source{
		Fset: fn.pkg.Fset, Pkg: fn.pkg.Types, Info: fn.pkg.Info,
		File: fn.f.File.Syntax, Text: fn.f.File.Src,
		PerIteration: source.PerIteration(fn.pkg, fn.f.File),
		Coroutine: func(stub *types.Func) *ir.Func {
			return fn.functions[fn.pkg.FuncOf(stub)]
		},
		Decl:    func(f *types.Func) *ast.FuncDecl { return decls[f] },
		Literal: fn.source.Literal,
	}, fn.f.Decl, fn.functions[fn.f])
	if len(diags) > 0 {
		fn.t.Fatal(diags)
	}
	return body
}

// Graph returns the function after stage lower.
func (fn *Function) Graph(tidy bool) *ir.Graph {
	fn.t.Helper()
	graph := lower.Func(fn.Body(), tidy)
	if err := graph.Verify(); err != nil {
		fn.t.Fatal(err)
	}
	return graph
}

// Layout returns the function after stage frame.
func (fn *Function) Layout(tidy bool) *ir.Layout {
	fn.t.Helper()
	layout, diags := frame.Func(fn.Graph(tidy), false, nil, tidy, func(string, ...any) {})
	if len(diags) > 0 {
		fn.t.Fatal(diags)
	}
	return layout
}
