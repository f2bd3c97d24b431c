package order

// This file orders statements.

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

// list orders the statements between the positions start and end.
func (o *orderer) list(start token.Pos, list []ast.Stmt, end token.Pos) []ir.Stmt {
	return o.collect(func() { o.emitList(start, list, end) })
}

// emitList emits the statements of list, with their comments.
func (o *orderer) emitList(start token.Pos, list []ast.Stmt, end token.Pos) {
	for i, s := range list {
		o.between(start, s.Pos(), i == 0)
		o.stmt(s)
		start = o.trailing(s.End())
	}
	o.between(start, end, true)
}

// between emits the comments from start to end. A blank line counts as one,
// except at the edges of a block.
func (o *orderer) between(start, end token.Pos, edge bool) {
	var texts []ir.CommentText
	at := o.Fset.Position(start).Line
	for _, g := range o.commentsFrom(start) {
		if g.Pos() >= end {
			break
		}
		for _, c := range g.List {
			if c.Pos() < start || c.End() > end {
				continue
			}
			if o.Fset.Position(c.Pos()).Line > at+1 && (!edge || len(texts) > 0) {
				texts = append(texts, ir.CommentText{})
			}
			texts = append(texts, ir.CommentText{Pos: c.Pos(), Text: c.Text})
			at = o.Fset.Position(c.End()).Line
		}
	}
	if o.Fset.Position(end).Line > at+1 && !edge {
		texts = append(texts, ir.CommentText{})
	}
	if len(texts) > 0 {
		o.emit(&ir.Comment{Texts: texts})
	}
}

// trailing returns the end of the comment that follows end on the same line, because that
// comment belongs to the statement before it. It returns end if there is no such comment.
func (o *orderer) trailing(end token.Pos) token.Pos {
	comments := o.commentsFrom(end)
	if len(comments) == 0 {
		return end
	}
	g := comments[0]
	if g.Pos() < end || o.Fset.Position(g.Pos()).Line != o.Fset.Position(end).Line {
		return end
	}
	if strings.TrimSpace(o.text(end, g.Pos())) != "" {
		return end // the comment belongs to the code before it
	}
	return g.End()
}

// commentsFrom returns the comments that do not end before pos.
func (o *orderer) commentsFrom(pos token.Pos) []*ast.CommentGroup {
	i, _ := slices.BinarySearchFunc(o.File.Comments, pos, func(g *ast.CommentGroup, pos token.Pos) int {
		return int(g.End() - pos)
	})
	return o.File.Comments[i:]
}

// plain emits s as text, with the replacements for hoisted expressions.
func (o *orderer) plain(s ast.Stmt) {
	x := &ir.Plain{
		Pos:  s.Pos(),
		Code: o.excerpt(s.Pos(), o.trailing(s.End()), s),
		Ends: o.terminates(s, ""),
	}
	x.Hot, x.Assigns = o.hot(s)
	o.emit(x)
}

// stmt orders s.
func (o *orderer) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.EmptyStmt:
	case *ast.AssignStmt:
		o.assign(s)
	case *ast.DeclStmt:
		o.decl(s.Decl.(*ast.GenDecl))
	case *ast.ReturnStmt:
		o.record(s)
		o.hoistResults(s)
		o.emit(o.ret(s))
	case *ast.BranchStmt:
		o.branch(s)
	case *ast.LabeledStmt:
		o.labeled(s)
	case *ast.DeferStmt:
		o.record(s)
		o.deferred(s)
	default:
		if !o.open[s] {
			o.record(s)
			o.plain(s)
			return
		}
		o.opened(s, nil)
	}
}

// opened orders a statement with an await in it.
func (o *orderer) opened(s ast.Stmt, label *types.Label) {
	switch s := s.(type) {
	case *ast.BlockStmt:
		o.emitList(s.Lbrace+1, s.List, s.Rbrace)
	case *ast.ExprStmt:
		o.record(s)
		if call, ok := ast.Unparen(s.X).(*ast.CallExpr); ok && o.isAwait(call) {
			o.await(call, nil)
			return
		}
		o.hoist(s.X)
		o.plain(s)
	case *ast.IncDecStmt:
		o.record(s)
		o.visitAll([]operand{{expr: s.X, set: true}}, false)
		o.plain(s)
	case *ast.SendStmt:
		o.record(s)
		o.hoist(s.Chan, s.Value)
		o.plain(s)
	case *ast.GoStmt:
		o.record(s)
		ops := o.operands(s.Call)
		if o.isCopied(o.methodReceiver(s.Call)) {
			ops[0] = operand{expr: s.Call.Fun, called: true} // gc leaves this call as it is
		}
		o.visitAll(ops, false)
		o.plain(s)
	case *ast.IfStmt:
		o.ifStmt(s)
	case *ast.ForStmt:
		o.forStmt(s, label)
	case *ast.RangeStmt:
		o.rangeStmt(s, label)
	case *ast.SwitchStmt:
		o.switchStmt(s, label)
	case *ast.TypeSwitchStmt:
		o.typeSwitch(s, label)
	case *ast.SelectStmt:
		o.selectStmt(s, label)
	default:
		o.refuse(s, diag.Internal, "internal error: no rule for this statement", "please report it")
	}
}

// assign orders an assignment or a short variable declaration.
//
//	[source]   n, err := co.Await(conn.Read(buf))
//	[ordered]  n, err := await conn.Read(buf)
func (o *orderer) assign(s *ast.AssignStmt) {
	define := s.Tok == token.DEFINE
	if define {
		o.record(exprs(s.Rhs)...)
	} else {
		o.record(s)
	}
	if len(s.Rhs) == 1 && o.open[s] {
		if call, ok := ast.Unparen(s.Rhs[0]).(*ast.CallExpr); ok && o.isAwait(call) && s.Tok <= token.DEFINE {
			if dst, ok := o.destinations(s.Lhs); ok && (define || s.Tok == token.ASSIGN) {
				o.await(call, dst)
				return
			}
		}
	}
	if o.open[s] {
		o.hoistAssign(s)
	}
	if !define {
		o.plain(s)
		return
	}
	o.retype(s)
	rhs := o.excerpt(s.Rhs[0].Pos(), o.trailing(s.End()), exprs(s.Rhs)...)
	dst, _ := o.destinations(s.Lhs)
	o.emit(&ir.Define{Pos: s.Pos(), Vars: dst, Rhs: rhs})
}

// hoistAssign hoists from an assignment with an await in it.
func (o *orderer) hoistAssign(s *ast.AssignStmt) {
	var ops []operand
	if s.Tok != token.DEFINE {
		for _, l := range s.Lhs {
			ops = append(ops, operand{expr: l, set: true})
		}
	}
	if m, call := o.mapAppend(s); m != nil {
		t := typeset.Core(o.Info.TypeOf(m.X)).(*types.Map)
		key := operand{expr: m.Index, to: t.Key(), keyOf: t, bound: true, early: typeset.IsReshaped(t.Key())}
		o.visitAll([]operand{{expr: m.X, bound: true}, key}, true)
		// The map and the key of the read are those of the assignment.
		read := ast.Unparen(call.Args[0]).(*ast.IndexExpr)
		for _, pair := range [][2]ast.Expr{{m.X, read.X}, {m.Index, read.Index}} {
			if sub := o.subst[pair[0]]; sub != nil {
				o.subst[pair[1]] = sub
			}
		}
		o.visitAll(o.args(call)[1:], false)
		return
	}
	assigns := len(s.Lhs) == len(s.Rhs) && s.Tok <= token.DEFINE
	o.visitAll(append(ops, converted(s.Rhs, func(i int) types.Type {
		if !assigns {
			return nil
		}
		return o.Info.TypeOf(s.Lhs[i])
	})...), false)
}

// mapAppend returns the two sides of s if s is m[k] = append(m[k], v), which is one
// operation for gc.
func (o *orderer) mapAppend(s *ast.AssignStmt) (*ast.IndexExpr, *ast.CallExpr) {
	if s.Tok != token.ASSIGN || len(s.Lhs) != 1 || len(s.Rhs) != 1 {
		return nil, nil
	}
	m, ok := ast.Unparen(s.Lhs[0]).(*ast.IndexExpr)
	call, ok2 := ast.Unparen(s.Rhs[0]).(*ast.CallExpr)
	if !ok || !ok2 || !isMap(o.Info.TypeOf(m.X)) || !o.isBuiltin(call.Fun, "append") || o.open[m] || !o.same(m, call.Args[0]) {
		return nil, nil
	}
	return m, call
}

// same reports whether a and b are the same expression, made of variables, constants,
// fields, elements and arithmetic only.
func (o *orderer) same(a, b ast.Expr) bool {
	a, b = ast.Unparen(a), ast.Unparen(b)
	if o.isConst(a) && o.isConst(b) {
		return constant.Compare(o.Info.Types[a].Value, token.EQL, o.Info.Types[b].Value)
	}
	switch x := a.(type) {
	case *ast.Ident:
		y, ok := b.(*ast.Ident)
		return ok && o.Info.Uses[x] == o.Info.Uses[y]
	case *ast.SelectorExpr:
		y, ok := b.(*ast.SelectorExpr)
		return ok && o.Info.Uses[x.Sel] == o.Info.Uses[y.Sel] && (o.Info.Selections[x] == nil || o.same(x.X, y.X))
	case *ast.StarExpr:
		y, ok := b.(*ast.StarExpr)
		return ok && o.same(x.X, y.X)
	case *ast.UnaryExpr:
		y, ok := b.(*ast.UnaryExpr)
		return ok && x.Op == y.Op && x.Op != token.ARROW && x.Op != token.AND && o.same(x.X, y.X)
	case *ast.IndexExpr:
		y, ok := b.(*ast.IndexExpr)
		return ok && o.same(x.X, y.X) && o.same(x.Index, y.Index)
	case *ast.BinaryExpr:
		y, ok := b.(*ast.BinaryExpr)
		return ok && x.Op == y.Op && !typeset.Any(o.Info.TypeOf(x), isStringOrBool) && o.same(x.X, y.X) && o.same(x.Y, y.Y)
	case *ast.CallExpr:
		y, ok := b.(*ast.CallExpr)
		if !ok || !o.isType(x.Fun) || !o.isType(y.Fun) {
			return false
		}
		from, to := o.Info.TypeOf(x.Args[0]).Underlying(), o.Info.TypeOf(x.Fun)
		_, isBasic := to.Underlying().(*types.Basic)
		scalar := isBasic && !isString(to.Underlying()) || types.Identical(from, to.Underlying())
		return scalar && types.Identical(to, o.Info.TypeOf(y.Fun)) && o.same(x.Args[0], y.Args[0])
	}
	return false
}

func isStringOrBool(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Info()&(types.IsString|types.IsBoolean) != 0
}

// isBuiltin reports whether fun is the builtin with the given name.
func (o *orderer) isBuiltin(fun ast.Expr, name string) bool {
	id, ok := ast.Unparen(fun).(*ast.Ident)
	if !ok {
		return false
	}
	b, ok := o.Info.Uses[id].(*types.Builtin)
	return ok && b.Name() == name
}

// retype converts constants and the like that a short declaration assigns to an existing
// variable. A local may hold such a value first, and must not have its default type.
func (o *orderer) retype(s *ast.AssignStmt) {
	if len(s.Lhs) != len(s.Rhs) {
		return
	}
	for i, l := range s.Lhs {
		id, ok := l.(*ast.Ident)
		if !ok || id.Name == "_" || o.Info.Defs[id] != nil {
			continue
		}
		e := s.Rhs[i]
		switch ast.Unparen(e).(type) {
		case *ast.CallExpr, *ast.SelectorExpr, *ast.CompositeLit, *ast.FuncLit:
			if !o.isConst(e) {
				continue
			}
		}
		t := o.Info.TypeOf(id)
		open, end := "(", ")("
		switch types.Unalias(t).(type) {
		case *types.Basic, *types.Named:
			open, end = "", "("
		}
		o.subst[e] = code(open, o.fn.TypeCode(t), end, o.code(e), ")")
	}
}

// destinations returns the variables that lhs names. ok says that lhs consists of variables of
// the function and blanks. destinations registers new variables.
func (o *orderer) destinations(lhs []ast.Expr) (dst []ir.Dst, ok bool) {
	for _, l := range lhs {
		id, isIdent := ast.Unparen(l).(*ast.Ident)
		if !isIdent {
			return nil, false
		}
		switch obj := o.Info.ObjectOf(id).(type) {
		case nil: // blank
			dst = append(dst, ir.Dst{})
		case *types.Var:
			if o.Info.Defs[id] != nil {
				dst = append(dst, ir.Dst{Var: o.declareObj(obj), New: true})
			} else if v := o.vars[obj]; v != nil {
				dst = append(dst, ir.Dst{Var: v})
			} else {
				return nil, false
			}
		}
	}
	return dst, true
}

func exprs(list []ast.Expr) []ast.Node {
	var nodes []ast.Node
	for _, e := range list {
		nodes = append(nodes, e)
	}
	return nodes
}

// decl orders a declaration.
func (o *orderer) decl(d *ast.GenDecl) {
	if d.Tok != token.VAR {
		for _, s := range d.Specs {
			o.record(s)
		}
		l := o.localDecl(d)
		o.fn.Types = append(o.fn.Types, l)
		o.emit(&ir.Plain{Pos: d.Pos(), Code: l.Code, Decl: l})
		return
	}
	for _, spec := range d.Specs {
		s := spec.(*ast.ValueSpec)
		var names []ast.Expr
		for _, n := range s.Names {
			names = append(names, n)
		}
		o.record(append(exprs(s.Values), s.Type)...)
		if len(s.Values) == 1 && o.open[s] {
			if call, ok := ast.Unparen(s.Values[0]).(*ast.CallExpr); ok && o.isAwait(call) && o.sameTypes(s, call) {
				dst, _ := o.destinations(names)
				o.await(call, dst)
				continue
			}
		}
		if o.open[s] {
			o.visitAll(converted(s.Values, func(i int) types.Type {
				if s.Type == nil {
					return nil
				}
				return o.Info.TypeOf(s.Type)
			}), false)
		}
		def := &ir.Define{Pos: s.Pos()}
		if len(s.Values) > 0 {
			def.Rhs = o.excerpt(s.Values[0].Pos(), o.trailing(s.End()), exprs(s.Values)...)
		}
		if s.Type != nil {
			def.Type = o.code(s.Type)
		}
		def.Vars, _ = o.destinations(names)
		o.emit(def)
	}
}

// sameTypes reports whether the variables of s have the types of the results of call. The
// type in s may be another one.
func (o *orderer) sameTypes(s *ast.ValueSpec, call *ast.CallExpr) bool {
	if s.Type == nil {
		return true
	}
	for _, t := range o.resultTypes(call) {
		if !types.Identical(t, o.Info.TypeOf(s.Type)) {
			return false
		}
	}
	return true
}

// hoistResults hoists from a return statement.
func (o *orderer) hoistResults(s *ast.ReturnStmt) {
	one := len(s.Results) == len(o.fn.Results)
	o.visitAll(converted(s.Results, func(i int) types.Type {
		if !one {
			return nil
		}
		return o.fn.Results[i].Type
	}), false)
}

// ret returns the return for s, after hoisting.
func (o *orderer) ret(s *ast.ReturnStmt) *ir.Return {
	r := &ir.Return{Pos: s.Pos(), Naked: len(s.Results) == 0 && len(o.fn.Results) > 0, Stops: o.leaves(nil)}
	if len(s.Results) == 1 && len(o.fn.Results) > 1 {
		call := s.Results[0]
		sub, ok := o.subst[ast.Unparen(call)]
		if !ok {
			r.Many = true
			r.Results = []ir.Code{o.code(call)}
			return r
		}
		for _, p := range sub {
			if ref, ok := p.(*ir.Ref); ok {
				r.Results = append(r.Results, ir.Code{ref})
			}
		}
		return r
	}
	for i, e := range s.Results {
		code := o.code(e)
		if len(r.Stops) > 0 {
			early := !o.isStable(e) // stopping the iterator may change the value
			if early {
				code = o.typed(e, code, o.fn.Results[i].Type)
			}
			r.Early = append(r.Early, early)
		}
		r.Results = append(r.Results, code)
	}
	return r
}

// branch orders a break, continue or goto. (A fallthrough belongs to its clause.)
func (o *orderer) branch(s *ast.BranchStmt) {
	c := &cutter{orderer: o}
	if j := c.leaving(s); j != nil {
		for _, left := range o.loopsLeft(j) {
			if e := o.eaches[left]; e != nil {
				o.closeEach(e, s.Pos(), false)
			} else {
				o.emit(&ir.Plain{Pos: s.Pos(), Code: stop(o.iters[left])})
			}
		}
		o.emit(&ir.Branch{Jump: j})
	}
}

// labeled orders a labelled statement.
func (o *orderer) labeled(s *ast.LabeledStmt) {
	label := o.Info.Defs[s.Label].(*types.Label)
	marked := o.isGotoTarget(label)
	if marked {
		o.emit(&ir.Mark{Label: label, Name: s.Label.Name})
	} else if !o.open[s] {
		o.record(s)
		o.plain(s)
		return
	}
	switch inner := s.Stmt.(type) {
	case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
		// A label that jumps from outside mention cannot stay in text.
		if o.open[inner] || marked && o.isBreakTarget(label) {
			o.opened(inner, label)
			return
		}
		if !o.isBreakTarget(label) {
			o.stmt(inner)
			return
		}
	case *ast.BlockStmt, *ast.IfStmt:
		if !o.isBreakTarget(label) {
			break
		}
	default:
		o.stmt(inner)
		return
	}
	scope := &ir.Scope{Label: label}
	o.stmts[s] = scope
	o.inner = append(o.inner, s)
	scope.List = o.collect(func() { o.stmt(s.Stmt) })
	o.inner = o.inner[:len(o.inner)-1]
	o.emit(scope)
}

// ifStmt orders an if statement with an await in it.
//
//	[source]   if x, err := co.Await(a); err != nil { A } else { B }
//	[ordered]  x, err := await a
//	           if err != nil { A } else { B }
func (o *orderer) ifStmt(s *ast.IfStmt) {
	if s.Init != nil {
		o.stmt(s.Init)
	}
	conds := []ast.Expr{s.Cond}
	if s.Else == nil {
		conds = o.conjuncts(s.Cond)
	}
	o.ifConds(s, conds)
}

// ifConds orders an if statement whose condition is the && of conds.
//
//	[source]   if a && co.Must(b()) { A }
//	[ordered]  if a { v = await b(); if v { A } }
func (o *orderer) ifConds(s *ast.IfStmt, conds []ast.Expr) {
	cond := conds[0]
	o.record(cond)
	o.hoist(cond)
	last := len(conds) == 1
	if last && !o.open[s.Body] && (s.Else == nil || !o.open[s.Else]) {
		code := append(ir.Lit("if "), o.cond(cond)...)
		code = append(code, ir.Text(" "))
		nodes := []ast.Node{s.Body}
		if s.Else != nil {
			nodes = append(nodes, s.Else)
		}
		o.record(nodes...)
		code = append(code, o.excerpt(s.Body.Pos(), o.trailing(s.End()), nodes...)...)
		o.emit(&ir.Plain{Pos: s.Pos(), Code: code, Ends: o.terminates(s, "")})
		return
	}
	x := &ir.If{Pos: s.Pos(), Head: o.headline(s.Pos(), s.Body.Pos())}
	x.Cond, x.Neg = o.cond(cond), o.negate(cond)
	if !last {
		x.Then = o.collect(func() { o.ifConds(s, conds[1:]) })
		o.emit(x)
		return
	}
	x.Then = o.list(s.Body.Lbrace+1, s.Body.List, s.Body.Rbrace)
	switch e := s.Else.(type) {
	case *ast.BlockStmt:
		x.Else = o.list(e.Lbrace+1, e.List, e.Rbrace)
	case *ast.IfStmt:
		x.Else = o.collect(func() { o.stmt(e) })
	}
	o.emit(x)
}

// cond returns the code of e for the head of an if statement, where a composite literal
// needs parentheses.
func (o *orderer) cond(e ast.Expr) ir.Code {
	bare := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.CompositeLit:
			bare = true
		case *ast.ParenExpr, *ast.FuncLit:
			return false
		}
		return !bare
	})
	if bare {
		return append(append(ir.Lit("("), o.code(e)...), ir.Text(")"))
	}
	return o.code(e)
}

// isLength reports whether e is a call of len or cap.
func (o *orderer) isLength(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	return ok && (o.isBuiltin(call.Fun, "len") || o.isBuiltin(call.Fun, "cap"))
}

// isZero reports whether e is the constant 0.
func (o *orderer) isZero(e ast.Expr) bool {
	v := o.Info.Types[e].Value
	return v != nil && v.Kind() == constant.Int && constant.Sign(v) == 0
}

// negate returns the code of !e in a readable form.
func (o *orderer) negate(e ast.Expr) ir.Code {
	if sub := o.subst[ast.Unparen(e)]; len(sub) == 1 {
		return append(ir.Lit("!"), sub...)
	}
	switch x := ast.Unparen(e).(type) {
	case *ast.BinaryExpr:
		op, ok := map[token.Token]string{
			token.EQL: "!=", token.NEQ: "==",
			token.LSS: ">=", token.GEQ: "<", token.GTR: "<=", token.LEQ: ">",
		}[x.Op]
		if !ok || o.subst[x] != nil {
			break
		}
		if x.Op == token.GTR && o.isLength(x.X) && o.isZero(x.Y) {
			op = "=="
		}
		// For NaN, !(a < b) is not a >= b.
		if x.Op != token.EQL && x.Op != token.NEQ {
			b, isBasic := o.Info.TypeOf(x.X).Underlying().(*types.Basic)
			if !isBasic || b.Info()&(types.IsInteger|types.IsString) == 0 {
				break
			}
		}
		code := append(o.cond(x.X), ir.Text(" "+op+" "))
		return append(code, o.cond(x.Y)...)
	case *ast.UnaryExpr:
		if x.Op == token.NOT && o.subst[x] == nil {
			return o.cond(x.X)
		}
	case *ast.Ident, *ast.CallExpr, *ast.SelectorExpr:
		return append(ir.Lit("!"), o.cond(x)...)
	}
	return append(append(ir.Lit("!("), o.code(e)...), ir.Text(")"))
}
