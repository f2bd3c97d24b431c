package order

// This file orders delegation: a generator that hands on the values of another generator. Python
// calls that yield from.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// A callee is a generator of the package that another generator delegates to, with the operands of
// the call.
type callee struct {
	fn *ir.Func
	named
	call *ast.CallExpr // nil for a method that is ranged over
	args []operand     // without the yield
}

// delegates returns the generator to which call hands the yield of the generator being ordered,
// or nil.
//
//	t.left.push(yield)
func (o *orderer) delegates(call *ast.CallExpr) *callee {
	if o.fn.Gen == nil {
		return nil
	}
	x, at := o.handsTo(call, o.fn.Gen.Yield)
	if x == nil {
		return nil
	}
	x.call = call
	x.args = slices.Delete(o.args(call), at, at+1)
	return x
}

// handsTo returns the generator to which call hands yield, as its yield, and the index of the
// argument, or nil.
func (o *orderer) handsTo(call *ast.CallExpr, yield *types.Var) (x *callee, at int) {
	at = slices.IndexFunc(call.Args, func(arg ast.Expr) bool { return o.isNameOf(arg, yield) })
	if at < 0 {
		return nil, -1
	}
	if x = o.callee(call.Fun); x == nil || x.fn.Gen.Lit != nil || x.fn.YieldIndex() != at {
		return nil, -1
	}
	return x, at
}

// callee returns the generator that fun names, or nil.
func (o *orderer) callee(fun ast.Expr) *callee {
	n, ok := o.named(fun)
	if !ok || o.Generator == nil {
		return nil
	}
	if fn := o.Generator(n.obj); fn != nil {
		return &callee{fn: fn, named: n}
	}
	return nil
}

// delegate emits the delegation to x, which stands at n.
//
//	[source]   t.left.push(yield)
//	[ordered]  await push{t.left}
func (o *orderer) delegate(x *callee, n ast.Expr, dst []ir.Dst) {
	a := &ir.Await{
		Pos:      n.Pos(),
		Text:     o.headline(n.Pos(), n.End()),
		Form:     ir.Form{Values: x.fn.NumValues(), Err: x.fn.Fallible},
		Name:     o.awaitName(n),
		Operand:  ir.Child,
		Callee:   x.fn,
		TypeArgs: o.typeArgs(x.id, x.obj),
		Dst:      dst,
		Handed:   x.fn.Gen.Lit == nil && x.call != nil,
	}
	ops, ellipsis := x.args, false
	if x.recv != nil {
		ops = append([]operand{{expr: x.recv}}, ops...)
	}
	o.visitAll(ops, false)
	var args []ast.Expr
	for _, op := range x.args {
		args = append(args, op.expr)
	}
	if x.call != nil {
		ellipsis = x.call.Ellipsis.IsValid()
	}
	o.setArgs(a, args, ellipsis)
	if x.recv != nil {
		a.X = o.receiver(x.recv, x.sel)
	}
	o.finishAwait(a)
}

// delegatedRange orders s if all that it does is to hand on the values of another generator. It
// reports whether it did. Both generators must be polite, and this one must not begin late.
// Otherwise it matters who asks whom: a range statement panics if its function yields after that,
// and a function that begins after that yields nothing.
//
//	[source]   for v := range t.left.All() { if !yield(v) { return } }
//	[ordered]  await All{t.left}
//	           if !more { return }
func (o *orderer) delegatedRange(s *ast.RangeStmt) bool {
	if o.fn.Gen == nil || len(s.Body.List) != 1 {
		return false
	}
	ret := o.returnsUnlessYield(s)
	x := o.ranged(s.X)
	if ret == nil || x == nil || o.setsUp(x.fn) || !o.fn.Polite || o.fn.Late || !o.Generators.polite[x.fn] {
		return false
	}
	o.record(s.X)
	o.delegate(x, s.X, nil)
	more := ir.Code{ir.More{}}
	o.emit(&ir.If{Pos: ret.Pos(), Head: o.headline(s.Body.List[0].Pos(), ret.Pos()), Cond: code("!", more), Neg: more,
		Then: o.collect(func() { o.stmt(ret) })})
	return true
}

// setsUp reports whether fn, a generator, has statements before its literal.
func (o *orderer) setsUp(fn *ir.Func) bool {
	return fn.Gen.Lit != nil && len(o.Decl(fn.Obj).Body.List) > 1
}

// ranged returns the generator whose values a range over e has, with the operands of its call, or
// nil: t.walk with the yield as its only parameter, or t.All().
func (o *orderer) ranged(e ast.Expr) *callee {
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok {
		x := o.callee(call.Fun)
		if x == nil || x.fn.Gen.Lit == nil || len(call.Args) == 1 && isTuple(o.Info.TypeOf(call.Args[0])) {
			return nil
		}
		x.call, x.args = call, o.args(call)
		return x
	}
	x := o.callee(e)
	if x == nil || x.fn.Gen.Lit != nil || len(x.fn.Params) > 0 || len(x.fn.Results) > 0 {
		return nil
	}
	return x
}

// pullOf returns the code of the generator x, for a range statement over x whose body suspends, or
// nil. The operands have been hoisted. The generator must leave at once when it is stopped, and
// must have nothing to run when the body panics: such a loop has an iterator of its own.
//
//	t.left.All()  becomes  t.left.AllPull()
func (o *orderer) pullOf(e ast.Expr) (*callee, ir.Code) {
	x := o.ranged(e)
	if x == nil || !o.Generators.polite[x.fn] || !o.Generators.quiet[x.fn] {
		return nil, nil
	}
	var call ir.Code
	switch {
	case x.recv != nil:
		call = code(o.selected(x.recv), ".", x.fn.Async)
	default:
		call = ir.Lit(x.fn.Async)
	}
	var targs []types.Type
	if list := o.Info.Instances[x.id].TypeArgs; list != nil {
		targs = slices.Collect(list.Types())
	}
	call = code(call, o.fn.TypeArgCode(targs), "(")
	for i, arg := range x.args {
		if i > 0 {
			call = code(call, ", ")
		}
		call = code(call, o.instance(arg.expr))
	}
	if x.call != nil && x.call.Ellipsis.IsValid() {
		call = code(call, "...")
	}
	return x, code(call, ")")
}

func isTuple(t types.Type) bool {
	_, ok := t.(*types.Tuple)
	return ok
}

// returnsUnlessYield returns the return in for k, v := range x { if !yield(k, v) { return } }, if
// s has this form.
func (o *orderer) returnsUnlessYield(s *ast.RangeStmt) *ast.ReturnStmt {
	ret, call := o.stopsAt(s.Body.List[0])
	if ret == nil || s.Tok != token.DEFINE {
		return nil
	}
	var vars []types.Object
	for _, e := range []ast.Expr{s.Key, s.Value} {
		if e != nil {
			vars = append(vars, o.Info.Defs[e.(*ast.Ident)])
		}
	}
	if len(vars) != len(call.Args) {
		return nil
	}
	for i, arg := range call.Args {
		id, ok := ast.Unparen(arg).(*ast.Ident)
		if !ok || vars[i] == nil || o.Info.Uses[id] != vars[i] || !types.Identical(vars[i].Type(), o.fn.Gen.Values[i]) {
			return nil
		}
	}
	return ret
}

// stopsAt returns the parts of if !yield(v) { return }, if s has this form.
func (o *orderer) stopsAt(s ast.Stmt) (*ast.ReturnStmt, *ast.CallExpr) {
	x, ok := s.(*ast.IfStmt)
	if !ok || x.Init != nil || x.Else != nil || len(x.Body.List) != 1 {
		return nil, nil
	}
	not, ok := ast.Unparen(x.Cond).(*ast.UnaryExpr)
	if !ok || not.Op != token.NOT {
		return nil, nil
	}
	call, ok := ast.Unparen(not.X).(*ast.CallExpr)
	ret, ok2 := x.Body.List[0].(*ast.ReturnStmt)
	if !ok || !ok2 {
		return nil, nil
	}
	if !o.isYield(call) {
		return nil, nil
	}
	return ret, call
}

// bodyOf returns the body of the iterator function of decl.
func bodyOf(decl *ast.FuncDecl, fn *ir.Func) *ast.BlockStmt {
	if fn.Gen.Lit != nil {
		return fn.Gen.Lit.Body
	}
	return decl.Body
}
