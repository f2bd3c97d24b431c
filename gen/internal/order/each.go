package order

// This file orders loops over Each: the values of an asynchronous iterator, which the loop closes.

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// An each is a loop over Each.
type each struct {
	it    *ir.Var // the iterator
	err   ir.Code // the error of the user
	text  string
	close types.Type // of the operation that closes the iterator
}

// eachStmt orders a range over Each, which call is. A break leads to the end of the loop. A return
// leads to the code that runs at the end of the function, and so does a panic.
//
//	[source]   for v := range co.Each(g, &err) { A }
//	[ordered]  it := g
//	           err = nil
//	           loop {
//	               v, ok, failed := await it.Next()
//	               if failed != nil { err = failed }
//	               if !ok || failed != nil { break }
//	               A
//	           }
//	           closing := it
//	           it = nil
//	           failed := await closing.Close()
//	           if err == nil { err = failed }
//
// Another pointer in place of &err is kept in a variable.
func (o *orderer) eachStmt(s *ast.RangeStmt, call *ast.CallExpr, label *types.Label) {
	for _, around := range o.inner {
		if it := o.iters[around]; it != nil && it.Deferred {
			o.refuse(call, diag.EachMisplaced, "Each in a range over a function: a panic could not wait until the values are closed before it leaves the other loop",
				"move this loop into an async function of its own, or collect the values of the other one first")
			return
		}
	}
	r := o.newRanger(s)
	o.record(s.X)
	o.visitAll(o.args(call), false)
	sig := o.Info.TypeOf(call.Fun).(*types.Signature)
	param := func(i int) types.Type { return sig.Params().At(i).Type() }
	e := &each{
		it:    o.temp(o.awaitName(call.Args[0]), param(0), call.Pos()),
		text:  o.headline(call.Pos(), call.End()),
		close: resultOf(param(0), "Close"),
	}
	e.it.Deferred = true
	pos := call.Pos()
	begin := &ir.Define{Pos: pos, Vars: []ir.Dst{{Var: e.it, New: true}}, Rhs: o.code(call.Args[0])}
	if v := o.vars[o.errorOf(call)]; v != nil {
		v.Deferred = true
		e.err = ir.Of(v)
		o.emit(begin)
		o.emit(&ir.Define{Pos: pos, Vars: []ir.Dst{{Var: v}}, Rhs: ir.Lit("nil")})
	} else {
		// The loop is open, and closes the iterator, from the moment in which e.it is set. A nil
		// pointer panics before that.
		failed, it := o.temp("failed", param(1), pos), o.temp(e.it.Name, param(0), pos)
		failed.Deferred = true
		e.err = code("*", failed)
		begin.Vars = []ir.Dst{{Var: it, New: true}, {Var: failed, New: true}}
		if len(call.Args) > 1 {
			begin.Rhs = code(begin.Rhs, ", ", o.code(call.Args[1]))
		}
		o.emit(begin)
		o.emit(&ir.Plain{Pos: pos, Code: code(e.err, " = nil")})
		o.emit(&ir.Define{Pos: pos, Vars: []ir.Dst{{Var: e.it, New: true}}, Rhs: ir.Of(it)})
	}
	o.eaches[s] = e
	o.fn.Parks = true
	o.fn.Eaches = append(o.fn.Eaches, &ir.Each{Iter: e.it, Closing: o.collect(func() { o.closeEach(e, call.Pos(), true) })})

	x := &ir.Loop{Pos: s.Pos(), Head: o.headline(s.Pos(), s.Body.Pos()), Label: label}
	o.loops++
	head := r.next(x, e)
	o.enter(s, x, func() {
		x.Body = append(head, o.list(s.Body.Lbrace+1, s.Body.List, s.Body.Rbrace)...)
	})
	o.loops--
	o.emit(x)
	o.closeEach(e, s.Pos(), false)
}

// next makes x a loop whose test awaits the next value of e. It returns the statements that begin
// the body.
func (r *ranger) next(x *ir.Loop, e *each) []ir.Stmt {
	pos := r.s.X.Pos()
	op := resultOf(e.it.Type, "Next")
	value := ir.Dst{}
	var head []ir.Stmt
	switch {
	case r.keyVar != nil:
		value = ir.Dst{Var: r.keyVar, New: r.isNew(r.keyVar)}
	case r.key != nil: // the target is assigned
		v := r.temp("v", r.exprArg(op).(*types.Named).TypeArgs().At(0), pos)
		value = ir.Dst{Var: v, New: true}
		head = r.both(ir.Of(v), nil)
	}
	ok, err := r.temp("ok", types.Typ[types.Bool], pos), r.temp("failed", types.Universe.Lookup("error").Type(), pos)
	pre := r.collect(func() {
		r.finishAwait(&ir.Await{
			Pos:     pos,
			Text:    e.text,
			Form:    ir.Form{Values: 2, Err: true},
			Name:    "next",
			Op:      "next",
			Operand: operandOf(op),
			X:       code(ir.Code{&ir.Ref{Var: e.it, Operand: true}}, ".Next()"),
			XType:   op,
			Result:  r.exprArg(op),
			Dst:     []ir.Dst{value, {Var: ok, New: true}, {Var: err, New: true}},
		})
		r.emit(&ir.Plain{Pos: pos, Code: code("if ", err, " != nil {\n", e.err, " = ", err, "\n}")})
	})
	// An iterator may return a value with its error.
	x.Tests = []ir.Test{{Pre: pre, Cond: code(ok, " && ", err, " == nil"), Neg: code("!", ok, " || ", err, " != nil")}}
	return head
}

// closeEach emits the code that closes e. unwinds says that it runs when the function ends, and not
// where control leaves the loop. The loop is over before Close is called: a Close that panics is not
// called again.
func (o *orderer) closeEach(e *each, pos token.Pos, unwinds bool) {
	it := o.temp("closing", e.it.Type, pos)
	o.emit(&ir.Define{Pos: pos, Vars: []ir.Dst{{Var: it, New: true}}, Rhs: ir.Of(e.it)})
	o.emit(&ir.Plain{Pos: pos, Code: code(e.it, " = nil")})
	err := o.temp("failed", types.Universe.Lookup("error").Type(), pos)
	o.finishAwait(&ir.Await{
		Pos:      pos,
		Text:     "close " + e.text,
		Form:     ir.Form{Err: true},
		Name:     "close",
		Op:       "close",
		Operand:  operandOf(e.close),
		X:        code(ir.Code{&ir.Ref{Var: it, Operand: true}}, ".Close()"),
		XType:    e.close,
		Result:   o.exprArg(e.close),
		Deferred: unwinds,
		Dst:      []ir.Dst{{Var: err, New: true}},
	})
	o.emit(&ir.Plain{Pos: pos, Code: code("if ", e.err, " == nil {\n", e.err, " = ", err, "\n}")})
}

// errorOf returns the variable whose address is the second argument of call, of Each, or nil.
func (o *orderer) errorOf(call *ast.CallExpr) *types.Var {
	if len(call.Args) < 2 {
		return nil
	}
	u, ok := ast.Unparen(call.Args[1]).(*ast.UnaryExpr)
	if !ok || u.Op != token.AND {
		return nil
	}
	return o.varOf(ast.Unparen(u.X))
}

// isErrorOfEach reports whether u takes the address of a variable for a loop over Each. The nodes of
// stack are around u.
func (o *orderer) isErrorOfEach(u *ast.UnaryExpr, stack []ast.Node) bool {
	for _, n := range stack {
		if s, ok := n.(*ast.RangeStmt); ok {
			if call := marker.EachOf(o.Info, s); call != nil && len(call.Args) == 2 && ast.Unparen(call.Args[1]) == u {
				return o.errorOf(call) != nil
			}
		}
	}
	return false
}

// resultOf returns the type of the result of the method name of t.
func resultOf(t types.Type, name string) types.Type {
	obj, _, _ := types.LookupFieldOrMethod(t, false, nil, name)
	return obj.(*types.Func).Signature().Results().At(0).Type()
}

// leavesEach reports whether b jumps out of a loop over Each, and not to its end. The nodes of stack
// are around b.
func (o *orderer) leavesEach(b *ast.BranchStmt, stack []ast.Node) bool {
	if b.Label == nil {
		return false
	}
	label := o.Info.Uses[b.Label].Pos()
	for i, n := range stack {
		s, ok := n.(*ast.RangeStmt)
		if !ok || !o.isAwait(s) || within(label, s) {
			continue
		}
		if own, ok := stack[i-1].(*ast.LabeledStmt); ok && own.Label.Pos() == label && b.Tok != token.GOTO {
			continue
		}
		return true
	}
	return false
}
