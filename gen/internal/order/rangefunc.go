package order

// This file orders loops over functions with an await in the body. The loop pulls values
// from the iterator (see machine.SeqIter). Code that leaves the loop stops the iterator.

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

// function desugars a range over a function.
//
//	[source]   for k, v := range seq { A; break }
//	[ordered]  iter := machine.RangeSeq2(task, seq)
//	           loop { if !iter.Next() { break }; k := iter.Key(); v := iter.Value(); A; iter.Stop(); break }
func (r *ranger) function(x *ir.Loop, sig *types.Signature) []ir.Stmt {
	yieldType := sig.Params().At(0).Type()
	yield := typeset.Core(yieldType).(*types.Signature)
	if callee, pull := r.pullOf(r.s.X); callee != nil {
		typ := code("*"+callee.fn.Frame, r.fn.TypeArgCode(r.typeArgs(callee.id, callee.obj)))
		gen := r.temp(r.awaitName(r.s.X), nil, r.s.X.Pos())
		gen.TypeCode = typ
		r.iters[r.s] = gen
		return r.generator(x, yield, gen, pull)
	}
	if g := r.rest(r.s.X); g != nil {
		gen := r.temp(r.awaitName(g), r.Info.TypeOf(g), g.Pos())
		return r.generator(x, yield, gen, r.code(g))
	}
	of, typ := "RangeFunc", "SeqIter"
	args := ir.Code{ir.Text("["), &ir.Qual{Path: marker.RT, Name: "Void", Pkg: "rt"}}
	for i := range yield.Params().Len() {
		p := yield.Params().At(i).Type()
		if bad := ir.Unnameable(p, r.Pkg); bad != nil {
			r.refuse(r.s, diag.UnnameableType, "the values of this iterator have the type "+bad.String()+", which cannot be named in this package",
				"collect what is needed of them before the loop")
			return nil
		}
		if i == 0 {
			of, args = "RangeSeq", ir.Lit("[")
		} else {
			of, typ = "RangeSeq2", "Seq2Iter"
			args = append(args, ir.Text(", "))
		}
		args = append(args, r.fn.TypeCode(p)...)
	}
	args = append(args, ir.Text("]"))

	seq := r.code(r.s.X)
	if _, named := types.Unalias(yieldType).(*types.Signature); !named {
		// The type of yield is a named type, so an ordinary function wraps the iterator.
		v := r.operand("seq", r.Info.TypeOf(r.s.X))
		seq = code("func(yield ", r.fn.TypeCode(yield), ") { ", ir.Code{&ir.Ref{Var: v, Operand: true, InLit: true}}, "(yield) }")
		v.Captured = true
	}
	it := r.temp("iter", nil, r.s.X.Pos())
	it.TypeCode = append(ir.Code{ir.Text("*"), ofMachine(typ)}, args...)
	it.Deferred = true // a panic passes through the iterator
	r.emit(&ir.Define{Pos: r.s.X.Pos(), Vars: []ir.Dst{{Var: it, New: true}}, Rhs: code(
		ir.Code{ofMachine(of)}, "(", ir.Code{ir.Task{}}, ", ", seq, ")")})
	r.iters[r.s] = it
	r.fn.Iters = append(r.fn.Iters, it)

	x.Tests = test(code(it, ".Next()"), code("!", it, ".Next()"))
	if yield.Params().Len() == 2 {
		return r.both(code(it, ".Key()"), code(it, ".Value()"))
	}
	return r.both(code(it, ".Value()"), nil)
}

// rest returns the generator g if e is g.All(), and nil otherwise. The iterator function of All only
// calls Next, and leaves the generator suspended where the loop ends.
func (o *orderer) rest(e ast.Expr) ast.Expr {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return nil
	}
	f, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	sel := o.Info.Selections[f]
	if sel == nil || sel.Kind() != types.MethodVal || len(sel.Index()) != 1 || f.Sel.Name != "All" {
		return nil
	}
	t := types.Unalias(sel.Recv())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	} else if !types.IsInterface(t) {
		return nil // All has the address of a variable
	}
	if n, ok := t.(*types.Named); ok && o.IsGenerator(n.Obj()) {
		return f.X
	}
	return nil
}

// generator desugars a range over a generator, which pull makes or is.
//
//	[source]   for v := range t.All() { A }
//	[ordered]  all := t.AllPull()
//	           loop { v, ok := all.Next(); if !ok { break }; A }
func (r *ranger) generator(x *ir.Loop, yield *types.Signature, gen *ir.Var, pull ir.Code) []ir.Stmt {
	r.emit(&ir.Define{Pos: r.s.X.Pos(), Vars: []ir.Dst{{Var: gen, New: true}}, Rhs: pull})
	next := &ir.Define{Pos: r.s.X.Pos(), Rhs: code(gen, ".Next()")}
	var values [2]ir.Code
	i := 0
	for p := range yield.Params().Variables() {
		switch v := []*ir.Var{r.keyVar, r.valVar}[i]; {
		case v != nil:
			next.Vars = append(next.Vars, ir.Dst{Var: v, New: r.isNew(v)})
		case []ast.Expr{r.key, r.val}[i] == nil:
			next.Vars = append(next.Vars, ir.Dst{})
		default: // the target is assigned
			v := r.temp("v", p.Type(), r.s.X.Pos())
			next.Vars = append(next.Vars, ir.Dst{Var: v, New: true})
			values[i] = ir.Of(v)
		}
		i++
	}
	ok := r.temp("ok", types.Typ[types.Bool], r.s.X.Pos())
	next.Vars = append(next.Vars, ir.Dst{Var: ok, New: true})
	x.Tests = []ir.Test{{Pre: []ir.Stmt{next}, Cond: ir.Of(ok), Neg: code("!", ok)}}
	if r.s.Tok != token.ASSIGN {
		return nil
	}
	return r.both(values[0], values[1])
}

// stop returns the code that ends a loop over a function before its end.
func stop(it *ir.Var) ir.Code { return code(it, ".Stop()") }

// leaves returns the iterators of the loops over functions that j leaves, innermost first.
// If j is nil, it returns all of them, for a return.
func (o *orderer) leaves(j *ir.Jump) (list []*ir.Var) {
	for _, s := range o.loopsLeft(j) {
		if it := o.iters[s]; it != nil {
			list = append(list, it)
		}
	}
	return list
}

// loopsLeft returns the loops over functions and over Each that j leaves and that have something
// to do then, innermost first. If j is nil, it returns all of them, for a return.
func (o *orderer) loopsLeft(j *ir.Jump) (list []ast.Stmt) {
	for i := len(o.inner) - 1; i >= 0; i-- {
		s := o.inner[i]
		target := false
		switch {
		case j == nil:
		case j.Tok == token.GOTO:
			if within(j.Label.Pos(), s) {
				return list
			}
		default:
			target = o.stmts[s] == j.Of
		}
		if target && j.Tok == token.CONTINUE {
			return list
		}
		if o.iters[s] != nil || o.eaches[s] != nil && !target { // a break leads to the code that closes
			list = append(list, s)
		}
		if target {
			return list
		}
	}
	return list
}

// openRanges opens a loop over a function that stands in an open loop over a function, if
// its body leaves both loops: the inner iterator must end before the outer one is stopped.
func (o *orderer) openRanges(body *ast.BlockStmt) {
	for changed := true; changed; {
		changed = false
		var stack []ast.Node
		around := 0 // opened loops over functions
		ast.Inspect(body, func(n ast.Node) bool {
			if n == nil {
				if o.isOpenRange(stack[len(stack)-1]) {
					around--
				}
				stack = stack[:len(stack)-1]
				return true
			}
			if _, ok := n.(*ast.FuncLit); ok {
				return false
			}
			stack = append(stack, n)
			if s, ok := n.(*ast.RangeStmt); ok && around > 0 && !o.open[s] && o.overFunc(s) && o.jumpsOut(s) {
				for _, m := range stack {
					o.open[m] = true
				}
				changed = true
			}
			if o.isOpenRange(n) {
				around++
			}
			return true
		})
	}
}

func (o *orderer) isOpenRange(n ast.Node) bool {
	s, ok := n.(*ast.RangeStmt)
	return ok && o.open[s] && o.overFunc(s)
}

// overFunc reports whether s ranges over a function.
func (o *orderer) overFunc(s *ast.RangeStmt) bool {
	_, ok := typeset.Core(o.Info.TypeOf(s.X)).(*types.Signature)
	return ok
}

// jumpsOut reports whether the body of s may return or jump out of s.
func (o *orderer) jumpsOut(s *ast.RangeStmt) (found bool) {
	ast.Inspect(s.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			found = true
		case *ast.BranchStmt:
			if n.Label != nil {
				found = found || !within(o.Info.Uses[n.Label].Pos(), s)
			}
		}
		return !found
	})
	return found
}

// keepResults gives names to the results of a function that has deferred calls and returns
// from inside a loop over a function. Such a return sets the results before it stops the
// iterator. If the iterator panics and a deferred call recovers, the function returns these
// results.
func (o *orderer) keepResults(body *ast.BlockStmt) {
	if o.fn.Named || len(o.fn.Defers) == 0 || len(o.fn.Results) == 0 || !o.returnsFromRange(body) {
		return
	}
	o.nameResults()
}

func (o *orderer) returnsFromRange(body *ast.BlockStmt) (found bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.RangeStmt:
			if o.overFunc(n) {
				ast.Inspect(n.Body, func(n ast.Node) bool {
					switch n.(type) {
					case *ast.FuncLit:
						return false
					case *ast.ReturnStmt:
						found = true
					}
					return !found
				})
			}
		}
		return !found
	})
	return found
}

// typed returns x, the code of e, so that a short declaration gives the variable the type
// that e has as a result.
func (o *orderer) typed(e ast.Expr, x ir.Code, result types.Type) ir.Code {
	if o.isTyped(e) {
		return x
	}
	t := o.Info.TypeOf(e)
	if b, ok := t.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		t = result
	}
	return code("(", o.fn.TypeCode(t), ")(", x, ")")
}

// isTyped reports whether the type of e does not depend on the context of e, as the type of
// a shift or a comparison may.
func (o *orderer) isTyped(e ast.Expr) bool {
	if o.isConst(e) {
		return false
	}
	switch x := ast.Unparen(e).(type) {
	case *ast.BinaryExpr:
		switch x.Op {
		case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
			return o.Info.TypeOf(e) == types.Typ[types.Bool]
		case token.SHL, token.SHR:
			return o.isTyped(x.X)
		}
		return o.isTyped(x.X) || o.isTyped(x.Y)
	case *ast.UnaryExpr:
		return x.Op == token.AND || x.Op == token.ARROW || o.isTyped(x.X)
	}
	return true
}
