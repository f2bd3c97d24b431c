package order

// This file finds loops that are worth copying variables of the frame for: gc
// keeps a local in a register, but loads a field anew after every store.

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

// hot returns the variables that the loop s mentions in what it repeats, nil if
// s is not a loop, calls anything, or can jump out to somewhere else in the
// function: then there is nothing to win, or too much to write back. It also
// returns those that s assigns.
func (o *orderer) hot(s ast.Stmt) (vars map[*ir.Var]bool, assigned []*ir.Var) {
	var repeated []ast.Node
	switch s := s.(type) {
	case *ast.ForStmt:
		repeated = append(repeated, s.Body)
		if s.Cond != nil {
			repeated = append(repeated, s.Cond)
		}
		if s.Post != nil {
			repeated = append(repeated, s.Post)
		}
	case *ast.RangeStmt:
		if _, ok := typeset.Core(o.Info.TypeOf(s.X)).(*types.Signature); ok {
			return nil, nil
		}
		repeated = append(repeated, s.Body)
	default:
		return nil, nil
	}
	vars = map[*ir.Var]bool{}
	for _, n := range repeated {
		cold := false
		ast.Inspect(n, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if o.isType(n.Fun) {
					break
				}
				id, ok := ast.Unparen(n.Fun).(*ast.Ident)
				if _, builtin := o.Info.Uses[id].(*types.Builtin); !ok || !builtin {
					cold = true
				}
			case *ast.FuncLit, *ast.GoStmt, *ast.SelectStmt, *ast.SendStmt:
				cold = true
			case *ast.RangeStmt:
				if _, ok := typeset.Core(o.Info.TypeOf(n.X)).(*types.Signature); ok {
					cold = true
				}
			case *ast.BranchStmt:
				// Without a label it stays in the loop.
				if n.Label != nil {
					cold = true
				}
			case *ast.Ident:
				if obj, ok := o.Info.Uses[n].(*types.Var); ok && o.vars[obj] != nil && small(obj.Type()) {
					vars[o.vars[obj]] = true
				}
			}
			return !cold
		})
		if cold {
			return nil, nil
		}
	}
	assign := func(e ast.Expr) {
		if v := o.root(e); v != nil && o.vars[v] != nil {
			assigned = append(assigned, o.vars[v])
		}
	}
	ast.Inspect(s, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				assign(l)
			}
		case *ast.IncDecStmt:
			assign(n.X)
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				for _, e := range []ast.Expr{n.Key, n.Value} {
					if e != nil {
						assign(e)
					}
				}
			}
		}
		return true
	})
	return vars, assigned
}

// small reports whether a value of type t is cheap to copy.
func small(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Array, *types.Struct:
		return false
	}
	return true
}
