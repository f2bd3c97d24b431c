package order

// This file orders deferred calls that await.

import (
	"go/ast"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// deferredAwait orders a defer statement whose call is an await. What is awaited
// is evaluated now.
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
		v := d.awaited(x, a.Name)
		if a.Operand == ir.Dynamic {
			a.X = ir.Of(v)
		} else {
			a.Direct = v
		}
	}
	o.addAwaiting(d)
}

// addAwaiting registers the deferred call that d is.
func (o *orderer) addAwaiting(d *saver) {
	if d.inLoop {
		o.fn.DeferList = true
	} else {
		d.keep()
	}
	o.fn.Parks = true
	o.fn.Defers = append(o.fn.Defers, d.Defer)
	o.emit(&ir.DeferStmt{Defer: d.Defer})
}

// awaited returns the variable that holds x, which is evaluated now, when it is
// awaited.
func (d *saver) awaited(x ast.Expr, name string) *ir.Var {
	if id, ok := ast.Unparen(x).(*ast.Ident); ok && !d.inLoop && d.subst[x] == nil && d.isFinal(id) && marker.HasPoll(d.Info.TypeOf(x)) {
		if v := d.vars[d.varOf(id)]; v != nil && !v.Captured {
			v.Deferred = true
			return v
		}
	}
	t := d.Info.TypeOf(x)
	v := d.track(&ir.Var{Name: name, Type: t, Kind: ir.Temp, Pos: x.Pos(), Deferred: true})
	saved := ir.Saved{Var: v, Value: d.code(x)}
	if d.inLoop {
		saved.Var, saved.To = &ir.Var{Name: name, Type: t, Kind: ir.Temp, Pos: x.Pos(), Entry: true}, v
	}
	d.Saved = append(d.Saved, saved)
	return v
}

// parks prepares the results of a function whose deferred calls await: they live
// in the frame, for they wait there as well.
func (o *orderer) parks() {
	fn := o.fn
	if !fn.Parks {
		return
	}
	for _, d := range fn.Defers {
		d.Always = false // all are recorded
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
