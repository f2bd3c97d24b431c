package order

// This file finds the loops that run faster on copies of variables of the frame. gc keeps a
// local in a register, but loads a field again after every store.

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

// hot returns the variables that the repeated part of the loop s mentions, and the
// variables that s assigns. s may be a labelled statement. hot returns nil if copies do not
// pay: if s is not a loop, makes calls that gc does not inline, or may jump to another place
// in the function.
func (o *orderer) hot(s ast.Stmt) (vars map[*ir.Var]bool, assigned []*ir.Var) {
	whole := s
	if l, ok := s.(*ast.LabeledStmt); ok {
		s = l.Stmt
	}
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
				cold = cold || !o.isType(n.Fun) && !o.inlined(n)
			case *ast.FuncLit, *ast.GoStmt, *ast.SelectStmt, *ast.SendStmt:
				cold = true
			case *ast.RangeStmt:
				if _, ok := typeset.Core(o.Info.TypeOf(n.X)).(*types.Signature); ok {
					cold = true
				}
			case *ast.BranchStmt:
				// A branch without a label stays in the loop.
				if n.Label != nil && (n.Tok == token.GOTO || !within(o.Info.Uses[n.Label].Pos(), whole)) {
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

// inlined reports whether gc inlines call: it calls a builtin, a function of package math or
// math/bits, or a small function of this package.
func (o *orderer) inlined(call *ast.CallExpr) bool {
	id := marker.NameIn(ast.Unparen(call.Fun))
	if id == nil {
		return false
	}
	switch fn := o.Info.Uses[id].(type) {
	case *types.Builtin:
		return true
	case *types.Func:
		if fn.Pkg() != nil && (fn.Pkg().Path() == "math" || fn.Pkg().Path() == "math/bits") {
			return true
		}
		decl := o.Decl(fn.Origin())
		return decl != nil && decl.Body != nil && o.leaf(decl.Body)
	}
	return false
}

// leaf reports whether gc is certain to inline a function with the given body. The body
// calls nothing and is well below the limit of 80 nodes.
func (o *orderer) leaf(body *ast.BlockStmt) bool {
	nodes, ok := 0, true
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if id, _ := ast.Unparen(n.Fun).(*ast.Ident); !o.isType(n.Fun) && (id == nil || id.Name != "len") {
				ok = false
			}
		case *ast.Ident, *ast.BasicLit, *ast.ParenExpr, *ast.SelectorExpr, *ast.StarExpr, *ast.UnaryExpr, *ast.BinaryExpr, *ast.IndexExpr,
			*ast.BlockStmt, *ast.ExprStmt, *ast.AssignStmt, *ast.IncDecStmt, *ast.ReturnStmt, *ast.IfStmt:
		case nil:
			return true
		default:
			ok = false
		}
		nodes++
		return ok
	})
	return ok && nodes <= 50
}

// small reports whether a value of type t is cheap to copy and gc keeps it in registers.
func small(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Array:
		return false
	case *types.Struct:
		if u.NumFields() > 4 || typeset.HoldsLock(t) {
			return false
		}
		for f := range u.Fields() {
			if _, ok := f.Type().Underlying().(*types.Basic); !ok {
				return false
			}
		}
		return true
	}
	return true
}
