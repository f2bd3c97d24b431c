package taskcode

// This file answers questions about code that several analyzers ask.

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/cfg"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// Type returns the type of the function.
func (b *Body) Type() *ast.FuncType {
	if b.Lit != nil {
		return b.Lit.Type
	}
	return b.Decl.Type
}

// IsBuiltin reports whether call is of the predeclared function name.
func (c *Code) IsBuiltin(call *ast.CallExpr, name string) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return false
	}
	b, ok := c.info.Uses[id].(*types.Builtin)
	return ok && b.Name() == name
}

// Flow returns the ways through block, the body of a function.
func (c *Code) Flow(block *ast.BlockStmt) *cfg.CFG {
	return cfg.New(block, func(call *ast.CallExpr) bool { return !c.IsBuiltin(call, "panic") })
}

// Variable returns the variable or field that x names, or nil. A field of an instance of a generic
// type is that of the generic type.
func (c *Code) Variable(x ast.Expr) *types.Var {
	if x == nil {
		return nil
	}
	id := marker.NameIn(ast.Unparen(x))
	if id == nil {
		return nil
	}
	if v, ok := c.info.ObjectOf(id).(*types.Var); ok {
		return v.Origin()
	}
	return nil
}

// Value returns what v holds, if it never holds anything else, or nil. If v is the first of
// several variables to which the results of a call are assigned, Value returns the call.
func (c *Code) Value(v *types.Var) ast.Expr { return c.values[v] }
