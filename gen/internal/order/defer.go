package order

// This file orders defer statements. The deferred call itself runs in the
// frame's unwind method; what Go evaluates at the defer statement is saved.

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// deferred orders a defer statement.
//
//	[source]   defer handle(&x, y.z)
//	[ordered]  arg := y.z
//	           defer handle(&x, arg)
func (o *orderer) deferred(s *ast.DeferStmt) {
	if o.loops > 0 || o.inGotoLoop(s) {
		o.refuse(s, diag.DeferInLoop, "defer in a loop is not yet supported in an async function",
			"move the body of the loop into a function of its own")
		return
	}
	call := s.Call
	o.hoist(append([]ast.Expr{call.Fun}, call.Args...)...)
	d := &ir.Defer{Pos: s.Pos(), Bit: o.fn.Bits(), Text: o.oneLine(s.Pos(), s.End())}
	if _, isLit := ast.Unparen(call.Fun).(*ast.FuncLit); isLit {
		d.Text = "defer func..."
	}

	// Every operand that could change until the function ends is saved.
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.FuncLit:
	case *ast.SelectorExpr:
		if sel := o.Info.Selections[fun]; sel != nil && sel.Kind() == types.MethodVal {
			o.saveReceiver(d, fun, sel)
		} else if sel != nil {
			o.save(d, call.Fun, "fn")
		} else if _, isVar := o.Info.Uses[fun.Sel].(*types.Var); isVar {
			o.save(d, call.Fun, "fn")
		}
	case *ast.Ident:
		if _, isVar := o.Info.Uses[fun].(*types.Var); isVar {
			o.save(d, call.Fun, "fn")
		}
	default:
		if !o.isType(call.Fun) && !o.isInstance(call.Fun) {
			o.save(d, call.Fun, "fn")
		}
	}
	if len(call.Args) == 1 {
		if _, spread := o.Info.TypeOf(call.Args[0]).(*types.Tuple); spread && o.subst[call.Args[0]] == nil {
			o.subst[call.Args[0]] = o.toTemps(call.Args[0])
			for _, p := range o.subst[call.Args[0]] {
				if r, ok := p.(*ir.Ref); ok {
					d.Saved = append(d.Saved, r.Var)
				}
			}
		}
	}
	for _, a := range call.Args {
		if !o.isType(a) {
			o.save(d, a, "arg")
		}
	}
	d.Call = o.code(call)
	d.Call.Refs(func(r *ir.Ref) { r.Var.Deferred = true })
	d.Always = o.leading(s) && len(d.Saved) == 0
	o.fn.Defers = append(o.fn.Defers, d)
	o.emit(&ir.DeferStmt{Defer: d})
}

// save evaluates e now, unless it is the same at any time.
func (o *orderer) save(d *ir.Defer, e ast.Expr, name string) {
	if o.isConst(e) || o.subst[e] != nil || o.Info.Types[e].IsNil() || o.isFinal(e) {
		return
	}
	v := o.temp(name, o.Info.TypeOf(e), e.Pos())
	o.emit(&ir.Define{Pos: e.Pos(), Vars: []ir.Dst{{Var: v, New: true}}, Rhs: o.code(e)})
	o.subst[e] = ir.Of(v)
	d.Saved = append(d.Saved, v)
}

// isFinal reports whether e is a variable that nobody assigns after its
// declaration, or the address of a variable.
func (o *orderer) isFinal(e ast.Expr) bool {
	if u, ok := ast.Unparen(e).(*ast.UnaryExpr); ok && u.Op == token.AND {
		id, ok := ast.Unparen(u.X).(*ast.Ident)
		return ok && o.vars[o.varOf(id)] != nil
	}
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return false
	}
	switch obj := o.Info.Uses[id].(type) {
	case *types.Var:
		v := o.vars[obj]
		return v != nil && !v.Assigned && !v.Addr
	case *types.Func:
		return true
	}
	return false
}

// saveReceiver saves what the method of sel is called on, as the defer
// statement evaluates it: the pointer, a copy of the value, or the interface,
// which must not be nil.
func (o *orderer) saveReceiver(d *ir.Defer, fun *ast.SelectorExpr, sel *types.Selection) {
	if o.subst[fun.X] != nil {
		return
	}
	t := o.fieldPath(sel)
	want := sel.Obj().(*types.Func).Signature().Recv().Type()
	direct := len(sel.Index()) == 1
	switch {
	case types.IsInterface(t):
		// Taking the method of a nil interface panics, as it does in Go's defer.
		o.emit(&ir.Plain{Pos: fun.Pos(), Code: append(ir.Lit("_ = "), o.code(fun)...)})
		want = t
		if direct && o.isFinal(fun.X) {
			return
		}
	case isPointer(want) && direct && isPointer(t):
		if o.isFinal(fun.X) {
			return
		}
	case isPointer(want) && direct:
		// The address of a variable of the function stays the same.
		if id, ok := ast.Unparen(fun.X).(*ast.Ident); ok && o.vars[o.varOf(id)] != nil {
			return
		}
	case !isPointer(want) && direct && !isPointer(t):
		if o.isFinal(fun.X) {
			return
		}
	}
	v := o.temp("recv", want, fun.Pos())
	o.emit(&ir.Define{Pos: fun.Pos(), Vars: []ir.Dst{{Var: v, New: true}}, Rhs: o.receiver(fun.X, sel)})
	o.subst[fun.X] = ir.Of(v)
	d.Saved = append(d.Saved, v)
}

// isInstance reports whether e is an explicit instantiation of a function.
func (o *orderer) isInstance(e ast.Expr) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.IndexExpr:
		return o.isType(x.Index)
	case *ast.IndexListExpr:
		return true
	}
	return false
}

// inGotoLoop reports whether a backward goto may run s twice.
func (o *orderer) inGotoLoop(s ast.Stmt) (found bool) {
	ast.Inspect(o.body, func(n ast.Node) bool {
		if b, ok := n.(*ast.BranchStmt); ok && b.Tok == token.GOTO && b.Pos() > s.Pos() {
			if label, ok := o.Info.Uses[b.Label].(*types.Label); ok && label.Pos() < s.Pos() {
				found = true
			}
		}
		return !found
	})
	return found
}

// leading reports whether only defer statements stand before s in the function,
// and evaluating what s defers cannot panic.
func (o *orderer) leading(s *ast.DeferStmt) bool {
	if sel, ok := ast.Unparen(s.Call.Fun).(*ast.SelectorExpr); ok && o.Info.Selections[sel] != nil && types.IsInterface(o.Info.TypeOf(sel.X)) {
		return false
	}
	for _, d := range o.fn.Defers {
		if !d.Always {
			return false
		}
	}
	for _, x := range o.body.List {
		if x == s {
			return true
		}
		if _, ok := x.(*ast.DeferStmt); !ok {
			return false
		}
	}
	return false
}
