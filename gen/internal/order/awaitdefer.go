package order

// This file orders deferred calls that await.

import (
	"go/ast"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// deferredAwait orders a defer statement whose call is an await. The defer statement
// evaluates the awaited value.
//
//	[source]   defer co.Wait(conn.CloseAsync())
//	[ordered]  arm close{conn}
//	           defer await close
func (o *orderer) deferredAwait(s *ast.DeferStmt, inLoop bool) {
	call := s.Call
	d := &saver{orderer: o, Defer: o.newDefer(s), inLoop: inLoop}
	a := o.newAwait(call, nil)
	a.Deferred = true
	d.Await = a
	x := call.Args[0]
	switch {
	case !inLoop && o.child(a, call, ast.Unparen(x)):
		a.Early = true
		o.emit(&ir.Arm{Await: a})
	default:
		o.hoist(x)
		a.Operand = operandOf(a.XType)
		v := d.awaited(x, a)
		if a.Operand == ir.Dynamic {
			a.X = ir.Of(v)
		} else {
			a.Direct = v
		}
	}
	o.addAwaiting(d)
}

// deferredLiteral orders a defer statement that calls a literal that awaits. The defer
// statement evaluates the arguments. The literal captures the variables that the frame holds
// when the call runs, or, in a loop, those that the frame holds at the defer statement.
//
//	[source]   defer func(n int) { ... }(m)
//	[ordered]  arg := m
//	           defer await func1{arg, captured}
func (o *orderer) deferredLiteral(s *ast.DeferStmt, lit *ast.FuncLit, inLoop bool) {
	call := s.Call
	o.visitAll(o.args(call), false)
	d := &saver{orderer: o, Defer: o.newDefer(s), inLoop: inLoop}
	a := &ir.Await{Pos: s.Pos(), Text: "defer " + o.withoutBody(call, lit), XType: o.Info.TypeOf(call), Deferred: true}
	d.Await = a
	d.Text = a.Text
	d.saveArgs(call.Args)
	o.embed(a, lit)
	d.Name = a.Name
	a.Form = ir.Form{Values: a.Callee.NumValues(), Err: a.Callee.Fallible}
	o.setArgs(a, call.Args, call.Ellipsis.IsValid())
	if inLoop {
		d.saveCaptures(o.ordered[lit], s)
	}
	a.Args = append(a.Args, o.captured(o.ordered[lit], false)...)
	o.addAwaiting(d)
}

// saveCaptures saves the variables that the literal fn shares with the current iteration of
// a loop, because the next iteration has variables of its own in the same fields. s defers
// fn.
func (d *saver) saveCaptures(fn *ir.Body, s *ast.DeferStmt) {
	again := d.inGotoLoop(s)
	for _, c := range fn.Captures {
		v := d.vars[c.Obj]
		if v == nil || v.Kind != ir.Local || !again && !d.declaredInLoop(v) {
			continue
		}
		x := ir.Saved{Var: &ir.Var{Name: v.Name, Type: v.Type, Kind: ir.Temp, Pos: v.Pos, Entry: true}, Value: ir.Of(v), To: v}
		if v.Shared() { // save the box
			x.Var.Type = types.NewPointer(v.Type)
			x.Value = ir.Code{&ir.Ref{Var: v, Addr: true}}
		}
		v.Deferred = true
		d.Saved = append(d.Saved, x)
	}
}

// declaredInLoop reports whether v is declared in a loop around the current
// statement.
func (o *orderer) declaredInLoop(v *ir.Var) bool {
	for _, s := range o.inner {
		switch s.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			if within(v.Pos, s) {
				return true
			}
		}
	}
	return false
}

// isRecover reports whether call calls the builtin recover.
func (o *orderer) isRecover(call *ast.CallExpr) bool {
	return o.isBuiltin(call.Fun, "recover")
}

// inFuncLoop reports whether n stands in the body of a loop over a function, within the
// function or literal being ordered. gc makes a function of that body. A panic does not
// call that function, so recover returns nil in the body.
func (o *orderer) inFuncLoop(n ast.Node) (found bool) {
	ast.Inspect(o.body, func(x ast.Node) bool {
		s, ok := x.(*ast.RangeStmt)
		found = found || ok && o.overFunc(s) && within(n.Pos(), s.Body)
		return !found
	})
	return found
}

// addAwaiting registers the deferred call d, which awaits.
func (o *orderer) addAwaiting(d *saver) {
	if d.inLoop {
		o.fn.DeferList = true
	} else {
		d.keep()
	}
	for _, c := range append([]ir.Code{d.Await.X}, d.Await.Args...) {
		if !d.Await.Early {
			c.Refs(func(r *ir.Ref) { r.Var.Deferred = true })
		}
	}
	o.fn.Parks = true
	o.fn.Defers = append(o.fn.Defers, d.Defer)
	o.emit(&ir.DeferStmt{Defer: d.Defer})
}

// awaited returns the variable that holds x when a awaits it. x is the operand of a, and the
// defer statement evaluates it.
func (d *saver) awaited(x ast.Expr, a *ir.Await) *ir.Var {
	if id, ok := ast.Unparen(x).(*ast.Ident); ok && !d.inLoop && d.subst[x] == nil && d.isFinal(id) && marker.HasPoll(a.XType) {
		if v := d.vars[d.varOf(id)]; v != nil && !v.Captured {
			v.Deferred = true
			return v
		}
	}
	v := d.track(&ir.Var{Name: a.Name, Type: a.XType, Kind: ir.Temp, Pos: x.Pos(), Deferred: true})
	saved := ir.Saved{Var: v, Value: d.code(x)}
	if d.inLoop {
		saved.Var, saved.To = &ir.Var{Name: a.Name, Type: a.XType, Kind: ir.Temp, Pos: x.Pos(), Entry: true}, v
	}
	d.Saved = append(d.Saved, saved)
	return v
}

// parks prepares the results of a function whose deferred calls await. The results live in
// the frame while the deferred calls are suspended.
func (o *orderer) parks() {
	fn := o.fn
	if !fn.Parks {
		return
	}
	for _, d := range fn.Defers {
		d.Always = false // the frame records all of them
	}
	o.nameResults()
	for _, r := range fn.Results {
		r.Deferred = true
	}
}

// nameResults gives names to the results that have none.
func (o *orderer) nameResults() {
	fn := o.fn
	fn.Named = true
	for i, v := range fn.Results {
		switch {
		case v.Name != "" && v.Name != "_":
		case i == fn.NumValues():
			v.Name = "err"
		default:
			v.Name = "result"
		}
	}
}
