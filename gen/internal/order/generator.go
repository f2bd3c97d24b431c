package order

// This file orders what is special about a generator whose function returns the iterator function
// as a literal.

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

// setUp takes the statements before the literal for the constructor, and makes a capture of each
// variable that the literal mentions. One call of the constructor makes one machine, so the
// machine has a copy, unless something else may share the variable.
//
//	[source]  limit := len(l.items)
//	          return func(yield func(item) bool) { A }
//	[setup]   limit := len(l.items)
//	          return &listAllGenerator{limit: limit}
func (o *orderer) setUp() {
	lit := o.fn.Gen.Lit
	decl := o.Decl(o.fn.Obj)
	before := decl.Body.List[:len(decl.Body.List)-1]
	shared := o.sharedBy(before)
	uses := o.usesOf(lit)
	for _, obj := range uses.order {
		v, ok := obj.(*types.Var)
		if !ok || !o.isLocal(v) {
			continue
		}
		u := uses.vars[v]
		x := &ir.Var{Name: v.Name(), Type: v.Type(), Obj: v, Kind: ir.Capture, Pos: v.Pos()}
		x.ByRef = shared[v] || u.addr || (u.quiet || u.loud) && u.assigned || typeset.HoldsLock(v.Type())
		o.fn.Captures = append(o.fn.Captures, o.track(x))
	}
	if len(before) == 0 {
		return
	}
	c := &cutter{orderer: o.unmarked(), lits: 1}
	c.vars = nil // they are variables of the constructor
	for _, s := range before {
		c.walk(s)
	}
	o.fn.SetupPos = before[0].Pos()
	o.fn.Setup = o.assemble(c, before[0].Pos(), before[len(before)-1].End())
}

// sharedBy returns the variables to which stmts may make a pointer or a closure.
func (o *orderer) sharedBy(stmts []ast.Stmt) map[*types.Var]bool {
	shared := map[*types.Var]bool{}
	all := func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if v, ok := o.Info.Uses[id].(*types.Var); ok {
					shared[v] = true
				}
			}
			return true
		})
	}
	for _, s := range stmts {
		ast.Inspect(s, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				all(n)
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					all(n.X)
				}
			case *ast.SliceExpr:
				if typeset.Any(o.Info.TypeOf(n.X), isArray) {
					all(n.X)
				}
			case *ast.SelectorExpr:
				if s := o.Info.Selections[n]; s != nil && s.Kind() == types.MethodVal && !isPointer(s.Recv()) && isPointer(s.Obj().(*types.Func).Signature().Recv().Type()) {
					all(n.X)
				}
			}
			return true
		})
	}
	return shared
}
