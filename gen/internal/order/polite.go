package order

// This file finds out which generators are polite: once a yield has returned false, they call no
// yield again. If such a generator returns a bool, it then returns false.

import (
	"go/ast"
	"go/token"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// isPoliteIf reports whether fn, a generator of the package, is polite if those are for which
// assumed returns true.
func (o *orderer) isPoliteIf(fn *ir.Func, assumed func(*ir.Func) bool) bool {
	body := bodyOf(o.Decl(fn.Obj), fn)
	p := &polite{o, fn, assumed, map[*ast.Ident]bool{}}
	p.list(body.List, true)
	ok, defers := true, false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.DeferStmt:
			defers = true
		case *ast.Ident:
			ok = ok && (o.Info.Uses[n] != fn.Gen.Yield || p.fine[n])
		}
		return ok
	})
	if defers && len(fn.Results) > 0 && fn.Results[0].Name != "" {
		return false // a deferred call may change the result
	}
	return ok
}

// A polite is the check of one function.
type polite struct {
	*orderer
	fn      *ir.Func
	assumed func(*ir.Func) bool
	fine    map[*ast.Ident]bool // the mentions of the yield after whose false the function leaves
}

// list checks statements. last says that the function returns after them.
func (p *polite) list(list []ast.Stmt, last bool) {
	for i, s := range list {
		p.stmt(s, last && i == len(list)-1)
	}
}

func (p *polite) stmt(s ast.Stmt, last bool) {
	switch s := s.(type) {
	case *ast.ExprStmt:
		if last {
			p.expr(s.X)
		}
	case *ast.ReturnStmt:
		if len(s.Results) == 1 && len(p.fn.Results) == 1 {
			p.expr(s.Results[0])
		}
	case *ast.IfStmt:
		if s.Init == nil && p.leaves(s.Body) {
			p.negated(s.Cond)
		}
		p.list(s.Body.List, last)
		if s.Else != nil {
			p.stmt(s.Else, last)
		}
	case *ast.BlockStmt:
		p.list(s.List, last)
	case *ast.LabeledStmt:
		p.stmt(s.Stmt, last)
	case *ast.ForStmt:
		p.list(s.Body.List, false)
	case *ast.RangeStmt:
		p.list(s.Body.List, false)
	case *ast.SwitchStmt:
		p.clauses(s.Body, last)
	case *ast.TypeSwitchStmt:
		p.clauses(s.Body, last)
	case *ast.SelectStmt:
		p.clauses(s.Body, last)
	}
}

func (p *polite) clauses(body *ast.BlockStmt, last bool) {
	for _, c := range body.List {
		switch c := c.(type) {
		case *ast.CaseClause:
			list := c.Body
			if n := len(list); n > 0 {
				if b, ok := list[n-1].(*ast.BranchStmt); ok && b.Tok == token.FALLTHROUGH {
					p.list(list, false)
					continue
				}
			}
			p.list(list, last)
		case *ast.CommClause:
			p.list(c.Body, last)
		}
	}
}

// leaves reports whether body is a return that does not say to go on.
func (p *polite) leaves(body *ast.BlockStmt) bool {
	if len(body.List) != 1 {
		return false
	}
	ret, ok := body.List[0].(*ast.ReturnStmt)
	if !ok {
		return false
	}
	if len(p.fn.Results) == 0 {
		return true
	}
	if len(ret.Results) != 1 {
		return false
	}
	v := p.Info.Types[ret.Results[0]].Value
	return v != nil && v.String() == "false"
}

// negated notes the yields in e, a condition on which the function leaves, that are polite: if one
// returns false, e is true and calls no other.
func (p *polite) negated(e ast.Expr) {
	switch e := ast.Unparen(e).(type) {
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			p.expr(e.X)
		}
	case *ast.BinaryExpr: // keep(v) && !yield(v)
		if e.Op == token.LAND || e.Op == token.LOR {
			p.negated(e.Y)
		}
	}
}

// expr notes the yields in e that are polite: if one returns false, e is false and calls no other.
func (p *polite) expr(e ast.Expr) {
	switch e := ast.Unparen(e).(type) {
	case *ast.BinaryExpr:
		switch e.Op {
		case token.LAND:
			p.expr(e.X)
			p.expr(e.Y)
		case token.LOR:
			p.expr(e.Y)
		}
	case *ast.CallExpr:
		if p.isNameOf(e.Fun, p.fn.Gen.Yield) {
			p.fine[ast.Unparen(e.Fun).(*ast.Ident)] = true
			return
		}
		if x, at := p.handsTo(e, p.fn.Gen.Yield); x != nil && p.assumed(x.fn) {
			p.fine[ast.Unparen(e.Args[at]).(*ast.Ident)] = true
		}
	}
}
