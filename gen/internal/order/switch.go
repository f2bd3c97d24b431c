package order

// This file orders switches.

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// switchStmt orders a switch statement with an await in it.
//
//	[source]   switch co.Must(kind()) { case 1: A; default: B }
//	[ordered]  v = await kind()
//	           switch v { case 1: A; default: B }
func (o *orderer) switchStmt(s *ast.SwitchStmt, label *types.Label) {
	if s.Init != nil {
		o.stmt(s.Init)
	}
	inCase, inBody := false, false
	for _, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		for _, e := range c.List {
			inCase = inCase || o.open[e]
		}
		for _, b := range c.Body {
			inBody = inBody || o.open[b]
		}
	}
	if inCase {
		o.chain(s, label)
		return
	}
	o.record(s.Tag)
	o.hoist(s.Tag)
	head := ir.Lit("switch ")
	if s.Tag != nil {
		head = append(append(head, o.code(s.Tag)...), ir.Text(" "))
	}
	if !inBody && label == nil {
		o.record(s.Body)
		code := append(head, o.excerptIn(s, s.Body.Pos(), o.trailing(s.End()), s.Body)...)
		o.emit(&ir.Plain{Pos: s.Pos(), Code: code, Ends: o.terminates(s, "")})
		return
	}
	x := &ir.Switch{Pos: s.Pos(), Head: o.headline(s.Pos(), s.Body.Pos()), Label: label, Code: head}
	o.enter(s, x, func() { o.clauses(s.Body, &x.Clauses, nil) })
	o.emit(x)
}

// typeSwitch orders a type switch with an await in it.
func (o *orderer) typeSwitch(s *ast.TypeSwitchStmt, label *types.Label) {
	if s.Init != nil {
		o.stmt(s.Init)
	}
	var guard *ast.TypeAssertExpr
	var bind *ast.Ident
	switch a := s.Assign.(type) {
	case *ast.ExprStmt:
		guard = ast.Unparen(a.X).(*ast.TypeAssertExpr)
	case *ast.AssignStmt:
		bind = a.Lhs[0].(*ast.Ident)
		guard = ast.Unparen(a.Rhs[0]).(*ast.TypeAssertExpr)
	}
	o.record(guard.X)
	o.hoist(guard.X)
	head := ir.Lit("switch ")
	x := &ir.Switch{Pos: s.Pos(), Head: o.headline(s.Pos(), s.Body.Pos()), Label: label}
	x.Code = append(append(head, o.code(guard.X)...), ir.Text(".(type) "))
	o.enter(s, x, func() { o.clauses(s.Body, &x.Clauses, bind) })
	o.emit(x)
}

// clauses orders the clauses of a switch.
func (o *orderer) clauses(body *ast.BlockStmt, out *[]*ir.Clause, bind *ast.Ident) {
	for i, c := range body.List {
		c := c.(*ast.CaseClause)
		end := body.Rbrace
		if i+1 < len(body.List) {
			end = body.List[i+1].Pos()
		}
		k := &ir.Clause{Pos: c.Pos(), Head: o.headline(c.Pos(), c.Colon), Default: c.List == nil}
		o.record(exprs(c.List)...)
		k.Case = o.excerpt(c.Pos(), c.Colon+1, exprs(c.List)...)
		if bind != nil {
			if obj, ok := o.Info.Implicits[c].(*types.Var); ok {
				k.Bind = o.declareObj(obj)
			}
		}
		list := c.Body
		if n := len(list); n > 0 {
			if b, ok := list[n-1].(*ast.BranchStmt); ok && b.Tok == token.FALLTHROUGH {
				k.Through = true
				list = list[:n-1]
				end = b.Pos()
			}
		}
		k.Body = o.list(c.Colon+1, list, end)
		*out = append(*out, k)
	}
}

// chain orders a switch with an await in a case.
//
//	[source]   switch x { case a, co.Must(b()): A; default: B }
//	[ordered]  tag := x
//	           if tag == a → A
//	           v = await b()
//	           if tag == v → A
//	           → B
func (o *orderer) chain(s *ast.SwitchStmt, label *types.Label) {
	x := &ir.Chain{Pos: s.Pos(), Head: o.headline(s.Pos(), s.Body.Pos()), Label: label}
	var tag *ir.Var
	if s.Tag != nil {
		o.record(s.Tag)
		o.hoist(s.Tag)
		tag = o.temp("tag", o.Info.TypeOf(s.Tag), s.Tag.Pos())
		o.emit(&ir.Define{Pos: s.Tag.Pos(), Vars: []ir.Dst{{Var: tag, New: true}}, Rhs: o.code(s.Tag)})
	}
	o.enter(s, x, func() { o.clauses(s.Body, &x.Clauses, nil) })
	for i, c := range s.Body.List {
		for _, e := range c.(*ast.CaseClause).List {
			var t ir.Test
			t.Pre = o.collect(func() { o.hoist(e) })
			t.Cond = o.cond(e)
			if tag != nil {
				if _, isBinary := ast.Unparen(e).(*ast.BinaryExpr); isBinary {
					t.Cond = code("(", t.Cond, ")")
				}
				t.Cond = code(tag, " == ", t.Cond)
			} else if types.IsInterface(o.Info.TypeOf(e)) { // the interface may hold a bool
				t.Cond = code("true == ", t.Cond)
			}
			x.Clauses[i].Tests = append(x.Clauses[i].Tests, t)
		}
	}
	o.emit(x)
}

// selectStmt orders a select statement with an await in it. The operands are evaluated
// before the select, in source order. The targets of assignments in a clause are evaluated
// after the clause is chosen.
//
//	[source]   select { case v := <-co.Must(ch()): A; case *co.Must(p()) = <-c: B }
//	[ordered]  v1 = await ch()
//	           select { case v := <-v1: A; case v := <-c: v2 = await p(); *v2 = v; B }
func (o *orderer) selectStmt(s *ast.SelectStmt, label *types.Label) {
	var operands []ast.Expr
	for _, c := range s.Body.List {
		switch comm := c.(*ast.CommClause).Comm.(type) {
		case *ast.SendStmt:
			operands = append(operands, comm.Chan, comm.Value)
		case *ast.ExprStmt:
			operands = append(operands, comm.X)
		case *ast.AssignStmt:
			operands = append(operands, comm.Rhs...)
		}
	}
	for i, e := range operands { // the receive itself stays in its clause
		if u, ok := ast.Unparen(e).(*ast.UnaryExpr); ok && u.Op == token.ARROW {
			operands[i] = u.X
		}
	}
	o.record(exprs(operands)...)
	o.operandsInOrder(operands)
	x := &ir.Switch{Pos: s.Pos(), Head: "select", Label: label, Code: ir.Lit("select "), Select: true}
	o.enter(s, x, func() {
		for i, c := range s.Body.List {
			end := s.Body.Rbrace
			if i+1 < len(s.Body.List) {
				end = s.Body.List[i+1].Pos()
			}
			x.Clauses = append(x.Clauses, o.commClause(c.(*ast.CommClause), end))
		}
	})
	o.emit(x)
}

// operandsInOrder evaluates the operands of a select up to the last that awaits, because a
// select evaluates all operands in source order.
func (o *orderer) operandsInOrder(operands []ast.Expr) {
	last := -1
	for i, e := range operands {
		if o.open[e] {
			last = i
		}
	}
	for i, e := range operands[:last+1] {
		if i == last {
			o.hoist(e)
			break
		}
		o.visit(e, true)
		o.snapshot(e)
	}
}

func (o *orderer) commClause(c *ast.CommClause, end token.Pos) *ir.Clause {
	k := &ir.Clause{Pos: c.Pos(), Head: o.headline(c.Pos(), c.Colon), Default: c.Comm == nil}
	var later *ast.AssignStmt // an assignment whose targets await
	if a, ok := c.Comm.(*ast.AssignStmt); ok && a.Tok == token.ASSIGN {
		o.record(exprs(a.Lhs)...) // the rest was recorded with the operands
	}
	switch a, _ := c.Comm.(*ast.AssignStmt); {
	case c.Comm == nil:
		k.Case = ir.Lit("default:")
	case a != nil && a.Tok == token.DEFINE:
		k.Recv, _ = o.destinations(a.Lhs)
		k.Case = o.code(a.Rhs[0])
	case a != nil && (o.open[a.Lhs[0]] || len(a.Lhs) > 1 && o.open[a.Lhs[1]]):
		later = a
		for i, l := range a.Lhs {
			t := o.Info.TypeOf(a.Rhs[0])
			if tuple, ok := t.(*types.Tuple); ok {
				t = tuple.At(i).Type()
			}
			k.Recv = append(k.Recv, ir.Dst{Var: o.temp("", t, l.Pos()), New: true})
		}
		k.Case = o.code(a.Rhs[0])
	default:
		k.Case = append(append(ir.Lit("case "), o.code(c.Comm)...), ir.Text(":"))
	}
	var head []ir.Stmt
	if later != nil {
		head = o.collect(func() {
			var ops []operand
			for _, l := range later.Lhs {
				ops = append(ops, operand{expr: l, set: true})
			}
			o.visitAll(ops, false)
			o.subst[later.Rhs[0]] = recvTemps(k.Recv)
			o.plain(later)
		})
	}
	k.Body = append(head, o.list(c.Colon+1, c.Body, end)...)
	return k
}

// recvTemps returns the temporaries of dst, separated by commas.
func recvTemps(dst []ir.Dst) (code ir.Code) {
	for i, d := range dst {
		if i > 0 {
			code = append(code, ir.Text(", "))
		}
		code = append(code, ir.Of(d.Var)...)
	}
	return code
}
