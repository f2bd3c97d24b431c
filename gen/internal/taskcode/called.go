package taskcode

// This file finds out which function of the package a call runs.

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// Called returns the function of this package that has returned when call returns, with its
// operands: a *ast.FuncDecl, or a *ast.FuncLit that stands there or that a variable holds. It
// returns nil if there is none, or if it is not known. An await of an async function is a call
// of that function.
func (c *Code) Called(call *ast.CallExpr) (fn ast.Node, args []ast.Expr) {
	awaits := marker.IsAwait(c.info, call)
	if awaits {
		if len(call.Args) != 1 {
			return nil, nil
		}
		operand, ok := ast.Unparen(call.Args[0]).(*ast.CallExpr)
		if !ok {
			return nil, nil
		}
		call = operand
	}
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok && !awaits {
		return lit, call.Args
	}
	if c.IsMethodExpr(call) {
		return nil, nil // the first operand is the receiver
	}
	b := c.Body(c.Source(typeutil.Callee(c.info, call)))
	switch {
	case b == nil || b.Task != awaits:
		return nil, nil
	case b.Lit != nil:
		return b.Lit, call.Args
	}
	return b.Decl, call.Args
}

// IsMethodExpr reports whether call calls a method by its type, as in T.method(t): its operands are
// those of the method with the receiver in front of them.
func (c *Code) IsMethodExpr(call *ast.CallExpr) bool {
	sel, ok := marker.Unindexed(call.Fun).(*ast.SelectorExpr)
	return ok && c.info.Selections[sel] != nil && c.info.Selections[sel].Kind() == types.MethodExpr
}

// Source returns the async function of this package from which obj is generated, if it is, or
// the function or variable that obj is an instance of.
func (c *Code) Source(obj types.Object) types.Object {
	fn, ok := obj.(*types.Func)
	if !ok {
		return obj
	}
	fn = fn.Origin()
	name, ok := strings.CutSuffix(fn.Name(), load.AsyncName(""))
	if !ok || c.byCallee[fn] != nil {
		return fn
	}
	if recv := fn.Signature().Recv(); recv != nil {
		source, _, _ := types.LookupFieldOrMethod(recv.Type(), true, fn.Pkg(), name)
		if source != nil && c.byCallee[source] != nil {
			return source
		}
	} else if fn.Pkg() != nil {
		if source := fn.Pkg().Scope().Lookup(name); source != nil && c.byCallee[source] != nil {
			return source
		}
	}
	return fn
}

// BodyOf returns the body of fn, a *ast.FuncDecl or a *ast.FuncLit, or nil if the body belongs to
// the code around fn.
func (c *Code) BodyOf(fn ast.Node) *Body {
	switch fn := fn.(type) {
	case *ast.FuncDecl:
		return c.byDecl[fn]
	case *ast.FuncLit:
		return c.own[fn]
	}
	return nil
}
