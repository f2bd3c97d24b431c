package order

// This file orders loops.

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

// enter registers x as the result of s while body orders the statements in s.
func (o *orderer) enter(s ast.Stmt, x ir.Stmt, body func()) {
	o.stmts[s] = x
	o.inner = append(o.inner, s)
	body()
	o.inner = o.inner[:len(o.inner)-1]
}

// forStmt orders a for statement with an await in it.
//
//	[source]   for i := 0; co.Must(more(i)); i++ { A }
//	[ordered]  i := 0
//	           loop { v = await more(i); if !v { break }; A; i++ }
func (o *orderer) forStmt(s *ast.ForStmt, label *types.Label) {
	if s.Init != nil {
		o.stmt(s.Init)
	}
	x := &ir.Loop{Pos: s.Pos(), Head: o.headline(s.Pos(), s.Body.Pos()), Label: label}
	o.loops++
	if s.Cond != nil {
		for _, c := range o.conjuncts(s.Cond) {
			var t ir.Test
			o.record(c)
			t.Pre = o.collect(func() { o.hoist(c) })
			t.Cond, t.Neg = o.cond(c), o.negate(c)
			x.Tests = append(x.Tests, t)
		}
	}
	o.enter(s, x, func() { x.Body = o.list(s.Body.Lbrace+1, s.Body.List, s.Body.Rbrace) })
	if s.Post != nil {
		x.Post = o.collect(func() { o.stmt(s.Post) })
	}
	o.loops--
	if a, ok := s.Init.(*ast.AssignStmt); ok && a.Tok == token.DEFINE && o.PerIteration {
		for _, l := range a.Lhs {
			if v := o.vars[o.varOf(l)]; v != nil && v.Shared() {
				x.PerIter = append(x.PerIter, v)
			}
		}
	}
	o.emit(x)
}

// test returns the only test of a loop.
func test(cond, neg ir.Code) []ir.Test { return []ir.Test{{Cond: cond, Neg: neg}} }

// conjuncts splits a && b into its operands if b contains an await. Control reaches the test
// of an operand only if those before it are true, so no variable holds the whole.
func (o *orderer) conjuncts(e ast.Expr) []ast.Expr {
	if x, ok := ast.Unparen(e).(*ast.BinaryExpr); ok && x.Op == token.LAND && o.open[x.Y] {
		return append(o.conjuncts(x.X), o.conjuncts(x.Y)...)
	}
	return []ast.Expr{e}
}

func (o *orderer) varOf(e ast.Expr) *types.Var {
	if id, ok := e.(*ast.Ident); ok {
		v, _ := o.Info.ObjectOf(id).(*types.Var)
		return v
	}
	return nil
}

// rangeStmt orders a range statement with an await in its body or operand. It becomes the
// plain loop by which the specification defines it.
//
//	[source]   for i, v := range s { A }
//	[ordered]  list := s
//	           for i := 0; i < len(list); i++ { v := list[i]; A }
func (o *orderer) rangeStmt(s *ast.RangeStmt, label *types.Label) {
	if o.delegatedRange(s) {
		return
	}
	if call := marker.EachOf(o.Info, s); call != nil {
		o.eachStmt(s, call, label)
		return
	}
	r := o.newRanger(s)
	o.record(s.X)
	o.hoist(s.X)
	x := &ir.Loop{Pos: s.Pos(), Head: o.headline(s.Pos(), s.Body.Pos()), Label: label}
	o.loops++
	head := r.desugar(x)
	o.enter(s, x, func() {
		x.Body = append(head, o.list(s.Body.Lbrace+1, s.Body.List, s.Body.Rbrace)...)
	})
	o.loops--
	o.emit(x)
}

// A ranger desugars one range statement.
type ranger struct {
	*orderer
	s *ast.RangeStmt
	// key and val are the expressions for the iteration values, or nil if omitted or
	// blank. keyVar and valVar are the variables that they declare.
	key, val       ast.Expr
	keyVar, valVar *ir.Var
	perLoop        bool
}

// newRanger returns the ranger of s. It declares the variables of s.
func (o *orderer) newRanger(s *ast.RangeStmt) *ranger {
	r := &ranger{orderer: o, s: s}
	r.key, r.keyVar = r.target(s.Key)
	r.val, r.valVar = r.target(s.Value)
	if !o.PerIteration && s.Tok == token.DEFINE {
		// All iterations share the variable, so it is declared before the loop.
		for _, v := range []*ir.Var{r.keyVar, r.valVar} {
			if v != nil && v.Shared() {
				o.emit(&ir.Define{Pos: s.Pos(), Vars: []ir.Dst{{Var: v, New: true}}})
				r.perLoop = true
			}
		}
	}
	return r
}

// target returns e, or nil if e is blank, and the variable that e declares.
func (r *ranger) target(e ast.Expr) (ast.Expr, *ir.Var) {
	if id, ok := e.(*ast.Ident); ok && id.Name == "_" || e == nil {
		return nil, nil
	}
	if r.s.Tok == token.DEFINE {
		return e, r.declare(e.(*ast.Ident))
	}
	return e, nil
}

// give returns the statement that gives the value code to v, which e declares.
func (r *ranger) give(e ast.Expr, v *ir.Var, code ir.Code) ir.Stmt {
	return &ir.Define{Pos: e.Pos(), Vars: []ir.Dst{{Var: v, New: r.isNew(v)}}, Rhs: code}
}

// isNew reports whether each iteration has its own copy of v.
func (r *ranger) isNew(v *ir.Var) bool { return !r.perLoop || !v.Shared() }

// both returns the statements that give both targets their values. An assignment is one
// statement, because it evaluates the operands of its targets first.
func (r *ranger) both(key, val ir.Code) []ir.Stmt {
	if r.s.Tok == token.ASSIGN {
		return r.collect(func() { r.assignBoth(key, val) })
	}
	var list []ir.Stmt
	if r.key != nil && key != nil {
		list = append(list, r.give(r.key, r.keyVar, key))
	}
	if r.val != nil {
		list = append(list, r.give(r.val, r.valVar, val))
	}
	return list
}

// assignBoth emits the assignment of the iteration values to targets that each iteration
// evaluates.
func (r *ranger) assignBoth(key, val ir.Code) {
	var ops []operand
	for _, e := range []ast.Expr{r.key, r.val} {
		if e != nil {
			r.record(e)
			ops = append(ops, operand{expr: e, set: true})
		}
	}
	r.visitAll(ops, false)
	var to, from ir.Code
	for _, x := range []struct {
		target ast.Expr
		value  ir.Code
	}{{r.key, key}, {r.val, val}} {
		if x.target == nil {
			continue
		}
		if len(to) > 0 {
			to, from = append(to, ir.Text(", ")), append(from, ir.Text(", "))
		}
		to = append(to, r.code(x.target)...)
		from = append(from, x.value...)
	}
	if len(to) > 0 {
		r.emit(&ir.Plain{Pos: r.s.Pos(), Code: append(append(to, ir.Text(" = ")), from...)})
	}
}

// let emits v := code before the loop.
func (r *ranger) let(name string, t types.Type, code ir.Code) *ir.Var {
	v := r.temp(name, t, r.s.X.Pos())
	r.emit(&ir.Define{Pos: r.s.X.Pos(), Vars: []ir.Dst{{Var: v, New: true}}, Rhs: code})
	return v
}

// operand returns the variable that holds the operand. It is the user's variable if that is
// never assigned, or a copy.
func (r *ranger) operand(name string, t types.Type) *ir.Var {
	if id, ok := ast.Unparen(r.s.X).(*ast.Ident); ok && r.subst[r.s.X] == nil {
		if v := r.vars[r.varOf(id)]; v != nil && !v.Assigned && !v.Addr {
			return v
		}
	}
	return r.let(name, t, r.code(r.s.X))
}

// counter emits the declaration of the index. It uses the user's variable if that makes no
// difference.
func (r *ranger) counter(t types.Type, zero ir.Code) (index *ir.Var, own bool) {
	if v := r.keyVar; v != nil && !v.Shared() && !v.Assigned && !v.Captured && !v.Deferred {
		r.emit(&ir.Define{Pos: r.s.Pos(), Vars: []ir.Dst{{Var: v, New: true}}, Rhs: zero})
		return v, true
	}
	return r.let("i", t, zero), false
}

func code(parts ...any) ir.Code {
	var c ir.Code
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			c = append(c, ir.Text(p))
		case *ir.Var:
			c = append(c, &ir.Ref{Var: p})
		case ir.Code:
			c = append(c, p...)
		}
	}
	return c
}

// indexed returns v[i], where v may be a pointer to an array.
func indexed(v, i *ir.Var) ir.Code {
	return ir.Code{&ir.Ref{Var: v, Operand: true, Auto: true}, ir.Text("["), &ir.Ref{Var: i}, ir.Text("]")}
}

// count makes x a loop in which index goes from its value up to limit, exclusive.
func (r *ranger) count(x *ir.Loop, index *ir.Var, limit ir.Code) {
	x.Tests = test(code(index, " < ", limit), code(index, " >= ", limit))
	x.Post = []ir.Stmt{&ir.Plain{Pos: r.s.Pos(), Code: code(index, "++")}}
	index.Assigned = true
}

// desugar fills in x except for its body, and returns the statements that begin the body.
// It emits the statements before the loop.
func (r *ranger) desugar(x *ir.Loop) []ir.Stmt {
	tInt := types.Typ[types.Int]
	t := r.Info.TypeOf(r.s.X)
	under := typeset.Core(t)
	if p, ok := under.(*types.Pointer); ok {
		if a, ok := p.Elem().Underlying().(*types.Array); ok {
			return r.array(x, a, r.val != nil)
		}
	}
	switch u := under.(type) {
	case *types.Slice:
		list := r.operand("list", t)
		index, own := r.counter(tInt, ir.Lit("0"))
		r.count(x, index, code("len(", list, ")"))
		return r.values(index, own, indexed(list, index))
	case *types.Array:
		return r.array(x, u, r.val != nil)
	case *types.Basic:
		if u.Info()&types.IsString != 0 {
			return r.runes(x)
		}
		return r.integer(x, t)
	case *types.Map:
		return r.mapping(x, t, u)
	case *types.Chan:
		return r.channel(x, t, u)
	case *types.Signature:
		return r.function(x, u)
	}
	r.refuse(r.s, diag.Internal, "internal error: no rule for a range over "+t.String(), "please report it")
	return nil
}

func (r *ranger) values(index *ir.Var, own bool, val ir.Code) []ir.Stmt {
	if own {
		return r.both(nil, val)
	}
	return r.both(ir.Of(index), val)
}

// array desugars a range over an array. The length is constant. The array is copied if its
// values are used. An array behind a pointer is not copied.
func (r *ranger) array(x *ir.Loop, a *types.Array, values bool) []ir.Stmt {
	var list *ir.Var
	if values || r.hasEvent(r.s.X) || r.subst[ast.Unparen(r.s.X)] != nil {
		list = r.let("list", r.Info.TypeOf(r.s.X), r.code(r.s.X))
	}
	index, own := r.counter(types.Typ[types.Int], ir.Lit("0"))
	r.count(x, index, ir.Lit(strconv.FormatInt(a.Len(), 10)))
	var val ir.Code
	if values {
		val = indexed(list, index)
	}
	return r.values(index, own, val)
}

// integer desugars a range over an integer. The loop variable has the type of the operand.
// An untyped constant has the type of the loop variable.
func (r *ranger) integer(x *ir.Loop, t types.Type) []ir.Stmt {
	if r.key != nil {
		if b, ok := t.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
			t = r.Info.TypeOf(r.key)
		}
	}
	t = types.Default(t)
	limit := r.code(r.s.X)
	if !r.isConst(r.s.X) {
		limit = ir.Of(r.operand("limit", t))
	}
	zero := ir.Lit("0")
	if !types.Identical(t, types.Typ[types.Int]) {
		zero = code(r.fn.TypeCode(t), "(0)")
	}
	index, own := r.counter(t, zero)
	r.count(x, index, limit)
	return r.values(index, own, nil)
}

// runes desugars a range over a string. Each iteration decodes one rune.
func (r *ranger) runes(x *ir.Loop) []ir.Stmt {
	tInt := types.Typ[types.Int]
	text := r.operand("text", r.Info.TypeOf(r.s.X))
	index := r.let("next", tInt, ir.Lit("0"))
	x.Tests = test(code(index, " < len(", text, ")"), code(index, " >= len(", text, ")"))
	index.Assigned = true
	size := r.temp("size", tInt, r.s.Pos())
	decode := ir.Code{&ir.Qual{Path: "unicode/utf8", Name: "DecodeRuneInString", Pkg: "utf8"}}
	arg := code("(", text, "[", index, ":])")
	if !types.Identical(text.Type, types.Typ[types.String]) {
		arg = code("(string(", text, "[", index, ":]))")
	}
	// The index of the next rune is set before the body, so continue needs no post statement.
	step := func(char ir.Dst) []ir.Stmt {
		return []ir.Stmt{
			&ir.Define{Pos: r.s.Pos(), Vars: []ir.Dst{char, {Var: size, New: true}}, Rhs: append(decode, arg...)},
			&ir.Plain{Pos: r.s.Pos(), Code: code(index, " += ", size)},
		}
	}
	if r.s.Tok == token.DEFINE {
		var list []ir.Stmt
		if r.key != nil {
			list = append(list, r.give(r.key, r.keyVar, ir.Of(index)))
		}
		var char ir.Dst
		if r.val != nil {
			char = ir.Dst{Var: r.valVar, New: r.isNew(r.valVar)}
		}
		return append(list, step(char)...)
	}
	char := r.temp("char", types.Typ[types.Rune], r.s.Pos())
	at := r.temp("at", tInt, r.s.Pos())
	var list []ir.Stmt
	if r.key != nil {
		list = append(list, &ir.Define{Pos: r.s.Pos(), Vars: []ir.Dst{{Var: at, New: true}}, Rhs: ir.Of(index)})
	}
	first := ir.Dst{}
	if r.val != nil {
		first = ir.Dst{Var: char, New: true}
	}
	list = append(list, step(first)...)
	var key ir.Code
	if r.key != nil {
		key = ir.Of(at)
	}
	return append(list, r.both(key, ir.Of(char))...)
}

// mapping desugars a range over a map. The iterator uses package reflect, so the order of the
// entries and the effect of changes are those of a range statement.
func (r *ranger) mapping(x *ir.Loop, t types.Type, m *types.Map) []ir.Stmt {
	for _, t := range []types.Type{m.Key(), m.Elem()} {
		if bad := ir.Unnameable(t, r.Pkg); bad != nil {
			r.refuse(r.s, diag.UnnameableType, "the entries of this map have the type "+bad.String()+", which cannot be named in this package",
				"collect what is needed of the map before the loop")
			return nil
		}
	}
	entries := r.temp("entries", nil, r.s.X.Pos())
	entries.TypeCode = code(ir.Code{ir.Text("*"), ofMachine("MapIter")},
		"[", r.fn.TypeCode(m.Key()), ", ", r.fn.TypeCode(m.Elem()), "]")
	r.emit(&ir.Define{Pos: r.s.X.Pos(), Vars: []ir.Dst{{Var: entries, New: true}}, Rhs: code(
		ir.Code{ofMachine("RangeMap")}, "(", r.code(r.s.X), ")")})
	x.Tests = test(code(entries, ".Next()"), code("!", entries, ".Next()"))
	return r.both(code(entries, ".Key()"), code(entries, ".Value()"))
}

// channel desugars a range over a channel. A receive blocks the event loop, as it would
// block a goroutine.
func (r *ranger) channel(x *ir.Loop, t types.Type, c *types.Chan) []ir.Stmt {
	ch := r.operand("values", t)
	v := r.temp("v", c.Elem(), r.s.Pos())
	ok := r.temp("ok", types.Typ[types.Bool], r.s.Pos())
	first := ir.Dst{}
	if r.key != nil {
		first = ir.Dst{Var: v, New: true}
	}
	x.Tests = test(ir.Of(ok), code("!", ok))
	x.Tests[0].Pre = []ir.Stmt{&ir.Define{Pos: r.s.Pos(), Vars: []ir.Dst{first, {Var: ok, New: true}}, Rhs: code("<-", ch)}}
	return r.both(ir.Of(v), nil)
}
