// Package taskcode finds the bodies of code in a package, and says which of them tasks run.
// The analyzers below package check are built on its [Analyzer].
//
// A body is run by one goroutine from its beginning to its end. It is the body of a declared
// function, or of a function literal that is not called where it stands. A literal that is
// called where it stands, at once or by a defer statement, belongs to the body around it.
package taskcode

// This file defines the Analyzer and its result.

import (
	"go/ast"
	"go/types"
	"reflect"

	"golang.org/x/tools/go/analysis"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// Analyzer finds the bodies. Its result is a *[Code]. It reports nothing.
var Analyzer = &analysis.Analyzer{
	Name:       "coroutinetasks",
	Doc:        "find the code that tasks run, for other analyzers of coroutinegen",
	URL:        "https://pkg.go.dev/github.com/coroutinegen/coroutinegen/gen/check",
	Run:        run,
	ResultType: reflect.TypeFor[*Code](),
}

// Of returns what the Analyzer found for the package of pass.
func Of(pass *analysis.Pass) *Code { return pass.ResultOf[Analyzer].(*Code) }

// Code is the code of one package. What this tool wrote is left out.
type Code struct {
	Files  []*load.File
	Bodies []*Body // in source order, one around another first

	info     *types.Info
	own      map[*ast.FuncLit]*Body
	byDecl   map[*ast.FuncDecl]*Body
	byCallee map[types.Object]*Body
	values   map[*types.Var]ast.Expr
	holder   map[*ast.FuncLit]*types.Var
}

// A Body is code that one goroutine runs.
type Body struct {
	Decl  *ast.FuncDecl // the function around the body, or nil at package level
	Lit   *ast.FuncLit  // nil if the body is that of Decl
	Block *ast.BlockStmt

	Around *Body // the body that contains the literal, or nil

	// Callee is what calls of the body name: the declared function, or the variable that
	// holds the literal and never anything else. It is nil if there is none.
	Callee types.Object

	Task     bool // a task runs the body: it is an async function, or the literal of a coroutine
	Blocking bool // the function is marked //coroutine:blocking
}

// Body returns the body of the declared function or of the variable obj of this package, or
// nil if there is none.
func (c *Code) Body(obj types.Object) *Body { return c.byCallee[obj] }

// Walk calls visit for the nodes at and below root that the goroutine runs which runs root, in
// source order. It does not enter other bodies. The call of a go statement is left out, its
// operands are not. Below a node for which visit returns false, Walk visits nothing.
func (c *Code) Walk(root ast.Node, visit func(ast.Node) bool) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case nil:
			return false
		case *ast.FuncLit:
			if c.own[n] != nil {
				return false
			}
		case *ast.GoStmt:
			if visit(n) {
				c.Walk(n.Call.Fun, visit)
				for _, arg := range n.Call.Args {
					c.Walk(arg, visit)
				}
			}
			return false
		}
		return visit(n)
	})
}
