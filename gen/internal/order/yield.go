package order

// This file orders the yields of generators.

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// isYield reports whether call is a call of the parameter yield of the generator being ordered,
// or of the method Yield of its co.Yielder.
func (o *orderer) isYield(call *ast.CallExpr) bool {
	return o.fn.Gen != nil && o.yields(call, o.fn.Gen.Yield)
}

// yields reports whether call is a call of yield, or of the method Yield of that.
func (o *orderer) yields(call *ast.CallExpr, yield *types.Var) bool {
	if x, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		return o.isNameOf(x.X, yield)
	}
	return o.isNameOf(call.Fun, yield)
}

// yieldsFrom reports whether call hands on the values of any generator, in a generator that may do
// so.
//
//	co.YieldFrom(y, g)
func (o *orderer) yieldsFrom(call *ast.CallExpr) bool {
	return o.fn.Sends() && marker.Callee(o.Info, call) == marker.YieldFrom && o.isNameOf(call.Args[0], o.fn.Gen.Yield)
}

// isNameOf reports whether e is the name of v.
func (o *orderer) isNameOf(e ast.Expr, v *types.Var) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	return ok && o.Info.Uses[id] == v
}

// yield emits a yield. The machine leaves Next with the values, so they are evaluated before it
// notes its state: a panic must end it.
//
//	[source]   yield(k, t.v)
//	[ordered]  v := t.v
//	           yield k, v
//
//	[source]   in, err := y.Yield(v)
//	[ordered]  in, err := yield v
func (o *orderer) yield(call *ast.CallExpr, dst []ir.Dst) {
	a := &ir.Await{
		Pos:     call.Pos(),
		Text:    o.headline(call.Pos(), call.End()),
		Form:    ir.Form{Values: 1, Err: o.fn.Sends()},
		Operand: ir.Yield,
		Name:    "value",
		Dst:     dst,
	}
	if last := len(call.Args) - 1; last >= 0 {
		a.Name = o.awaitName(call.Args[last])
	}
	if len(call.Args) < len(o.fn.Gen.Values) { // yield(f()) hands over the results of f
		o.visit(call.Args[0], true)
		o.setArgs(a, call.Args, false)
	} else {
		o.visitAll(o.args(call), len(call.Args) > 1 && slices.ContainsFunc(call.Args, o.hasEvent))
		for _, arg := range call.Args {
			if o.subst[arg] == nil && !o.isPlainName(arg) && !o.isConst(arg) && !isNil(o.Info.TypeOf(arg)) {
				v := o.temp(o.awaitName(arg), o.Info.TypeOf(arg), arg.Pos())
				o.emit(&ir.Define{Pos: arg.Pos(), Vars: []ir.Dst{{Var: v, New: true}}, Rhs: o.typed(arg, o.instance(arg), v.Type)})
				o.subst[arg] = ir.Of(v)
			}
			a.Args = append(a.Args, o.code(arg))
		}
	}
	o.finishAwait(a)
}

// yieldFrom emits the delegation to any generator.
//
//	[source]   r, err := co.YieldFrom(y, g)
//	[ordered]  r, err := await machine.DelegateTo(g)
func (o *orderer) yieldFrom(call *ast.CallExpr, dst []ir.Dst) {
	g := call.Args[1]
	o.hoist(g)
	sig := o.Info.TypeOf(call.Fun).(*types.Signature)
	param := types.Unalias(sig.Params().At(1).Type()).(*types.Named) // rt.SendGenerator[Out, In, R]
	args := o.fn.TypeArgCode(slices.Collect(param.TypeArgs().Types()))
	a := &ir.Await{
		Pos:      call.Pos(),
		Text:     o.headline(call.Pos(), call.End()),
		Form:     ir.Form{Values: 1, Err: true},
		Name:     o.awaitName(g),
		Op:       "delegation",
		Operand:  ir.From,
		X:        code(ir.Code{ofMachine("DelegateTo")}, args, "(", o.code(g), ")"),
		XType:    param,
		TypeCode: code(ir.Code{ofMachine("Delegation")}, args),
		Dst:      dst,
	}
	o.finishAwait(a)
}

// isPlainName reports whether e is the name of a variable that the machine keeps in a field or a
// local of its own, so that reading it cannot panic.
func (o *orderer) isPlainName(e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return false
	}
	_, isVar := o.Info.Uses[id].(*types.Var)
	return isVar
}
