package order

// This file moves events out of expressions.

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// hoist moves the awaits in exprs, and every event before the last await, to statements of
// their own. exprs are in the order of evaluation.
//
//	[source]   f(a(), co.Must(b()), c())
//	[ordered]  v := a()
//	           b = await b()
//	           f(v, b, c())
func (o *orderer) hoist(exprs ...ast.Expr) {
	var ops []operand
	for _, e := range exprs {
		if e != nil {
			ops = append(ops, operand{expr: e})
		}
	}
	o.visitAll(ops, false)
}

// visit hoists the events of e in order, up to the last await. If before is set, an await
// follows e in the statement, and visit hoists all events, including e itself.
func (o *orderer) visit(e ast.Expr, before bool) {
	if o.isConst(e) {
		return
	}
	if before && !o.open[e] && (o.isEvent(e) || o.isPointerOf(e)) {
		o.snapshot(e) // the operands of e move with e
		return
	}
	switch x := e.(type) {
	case *ast.FuncLit:
		return
	case *ast.ParenExpr:
		o.visit(x.X, before)
		if _, several := o.Info.TypeOf(x).(*types.Tuple); several {
			if list, ok := o.subst[x.X]; ok {
				o.subst[e] = list // a list of results has no parentheses
			}
		}
		return
	case *ast.BinaryExpr:
		if x.Op == token.LAND || x.Op == token.LOR {
			o.shortCircuit(x, before)
			return
		}
	case *ast.CallExpr:
		if o.isAwait(x) {
			if o.isYield(x) && !before && !o.fn.Sends() {
				o.yield(x, nil)
				o.subst[e] = ir.Code{ir.More{}} // until the next yield
				return
			}
			o.subst[e] = o.awaitTemps(x)
			return
		}
		if before && o.isPointerOf(x) {
			// unsafe.Pointer(v.Pointer()): a temporary uintptr would keep nothing alive.
			o.visitAll(o.operands(ast.Unparen(x.Args[0])), true)
			o.subst[e] = o.toTemps(e)
			return
		}
	case *ast.CompositeLit:
		if isMap(o.Info.TypeOf(x)) {
			o.mapLiteral(x, before)
			if before {
				o.snapshot(e)
			}
			return
		}
	}
	ops := o.operands(e)
	o.visitAll(ops, before)
	if !before {
		return
	}
	if x, ok := e.(*ast.BinaryExpr); ok && o.comparesMemory(x) {
		for _, p := range ops { // gc needs the addresses of both operands
			if !o.hasAddress(p.expr) {
				o.snapshot(p.expr)
			}
		}
	}
	if o.isEvent(e) {
		o.snapshot(e)
	}
}

// isPointerOf reports whether e converts the result of a call to unsafe.Pointer.
func (o *orderer) isPointerOf(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok || !o.isType(call.Fun) {
		return false
	}
	b, ok := o.Info.TypeOf(call).Underlying().(*types.Basic)
	if !ok || b.Kind() != types.UnsafePointer {
		return false
	}
	inner, ok := ast.Unparen(call.Args[0]).(*ast.CallExpr)
	return ok && !o.isType(inner.Fun) && !o.isAwait(inner)
}

// shortCircuit hoists from a && b and a || b.
//
//	[source]   a && co.Must(b())
//	[ordered]  ok := a
//	           if ok { ok = await b() }
func (o *orderer) shortCircuit(x *ast.BinaryExpr, before bool) {
	if !o.open[x.Y] {
		o.visit(x.X, false)
		if before {
			o.snapshot(x)
		}
		return
	}
	t := o.temp("ok", o.Info.TypeOf(x), x.Pos())
	o.hoist(x.X)
	o.emit(&ir.Define{Pos: x.Pos(), Vars: []ir.Dst{{Var: t, New: true}}, Rhs: o.typed(x.X, o.code(x.X), t.Type)})
	cond, neg := ir.Of(t), append(ir.Lit("!"), ir.Of(t)...)
	if x.Op == token.LOR {
		cond, neg = neg, cond
	}
	then := o.collect(func() {
		if call, ok := ast.Unparen(x.Y).(*ast.CallExpr); ok && o.isAwait(call) {
			o.await(call, []ir.Dst{{Var: t}})
			return
		}
		o.hoist(x.Y)
		o.emit(&ir.Define{Pos: x.Y.Pos(), Vars: []ir.Dst{{Var: t}}, Rhs: o.code(x.Y)})
	})
	t.Assigned = true
	o.emit(&ir.If{Pos: x.Pos(), Head: o.headline(x.Pos(), x.End()), Cond: cond, Neg: neg, Then: then})
	o.subst[x] = ir.Of(t)
}

func (o *orderer) isType(e ast.Expr) bool  { return o.Info.Types[e].IsType() }
func (o *orderer) isConst(e ast.Expr) bool { return o.Info.Types[e].Value != nil }

// hasEvent reports whether e contains an event or an await.
func (o *orderer) hasEvent(e ast.Expr) (found bool) {
	ast.Inspect(e, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		if x, ok := n.(ast.Expr); ok && !o.isConst(x) && o.isEvent(x) {
			found = true
		}
		return !found
	})
	return found
}

func isString(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

func isSlice(t types.Type) bool {
	_, ok := t.(*types.Slice)
	return ok
}

// toTemps evaluates e to temporaries and returns the code that replaces e.
func (o *orderer) toTemps(e ast.Expr) ir.Code {
	t := o.Info.TypeOf(e)
	if tuple, ok := t.(*types.Tuple); ok {
		d := &ir.Define{Pos: e.Pos(), Rhs: o.code(e)}
		var code ir.Code
		for i := range tuple.Len() {
			v := o.temp("", tuple.At(i).Type(), e.Pos())
			d.Vars = append(d.Vars, ir.Dst{Var: v, New: true})
			if i > 0 {
				code = append(code, ir.Text(", "))
			}
			code = append(code, ir.Of(v)...)
		}
		if tuple.Len() == 0 {
			o.emit(&ir.Plain{Pos: e.Pos(), Code: o.code(e)})
			return nil
		}
		o.emit(d)
		return code
	}
	v := o.temp("", t, e.Pos())
	o.emit(&ir.Define{Pos: e.Pos(), Vars: []ir.Dst{{Var: v, New: true}}, Rhs: o.typed(e, o.instance(e), v.Type)})
	return ir.Of(v)
}

// awaitTemps emits the await call and returns the code that replaces its results.
func (o *orderer) awaitTemps(call *ast.CallExpr) ir.Code {
	var dst []ir.Dst
	var code ir.Code
	for i, t := range o.resultTypes(call) {
		hint := ""
		if isError(t) {
			hint = "err"
		}
		v := o.temp(hint, t, call.Pos())
		dst = append(dst, ir.Dst{Var: v, New: true})
		if i > 0 {
			code = append(code, ir.Text(", "))
		}
		code = append(code, ir.Of(v)...)
	}
	o.await(call, dst)
	return code
}

func (o *orderer) resultTypes(call *ast.CallExpr) []types.Type {
	t := o.Info.TypeOf(call)
	tuple, ok := t.(*types.Tuple)
	if !ok {
		return []types.Type{t}
	}
	var list []types.Type
	for v := range tuple.Variables() {
		list = append(list, v.Type())
	}
	return list
}

// await emits the await call. Its operands have not been hoisted yet, unless call is part of
// a larger expression.
func (o *orderer) await(call *ast.CallExpr, dst []ir.Dst) {
	if lit := o.called(call); lit != nil {
		o.awaitCalled(call, lit, dst)
		return
	}
	if o.isYield(call) {
		o.yield(call, dst)
		return
	}
	if x := o.delegates(call); x != nil {
		o.delegate(x, call, dst)
		return
	}
	if o.yieldsFrom(call) {
		o.yieldFrom(call, dst)
		return
	}
	x := call.Args[0]
	a := o.newAwait(call, dst)
	if o.child(a, call, ast.Unparen(x)) {
		o.finishAwait(a)
		return
	}
	o.hoist(x)
	a.X = o.code(x)
	if isNil(o.Info.TypeOf(x)) {
		a.X = code(o.fn.TypeCode(a.XType), "(", a.X, ")")
	}
	a.Operand = operandOf(a.XType)
	// An operation in a variable is polled there.
	if id, ok := ast.Unparen(x).(*ast.Ident); ok && a.Operand == ir.Poller {
		if obj, ok := o.Info.Uses[id].(*types.Var); ok {
			if v := o.vars[obj]; v != nil && !v.Shared() && !v.Deferred {
				a.Direct = v
			}
		}
	}
	o.finishAwait(a)
}

// newAwait returns the await for call, without its operand.
func (o *orderer) newAwait(call *ast.CallExpr, dst []ir.Dst) *ir.Await {
	values, err, _ := marker.Callee(o.Info, call).Form()
	a := &ir.Await{
		Pos:   call.Pos(),
		Text:  o.headline(call.Pos(), call.End()),
		Form:  ir.Form{Values: values, Err: err},
		Name:  o.said(call.Args[0]),
		Op:    o.awaitName(call.Args[0]),
		Dst:   dst,
		XType: o.operandType(call),
	}
	a.Result = o.exprArg(a.XType)
	return a
}

// isNil reports whether t is the type of nil.
func isNil(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Kind() == types.UntypedNil
}

// operandType returns the type of the operand that call awaits. The type of nil is the type
// of the parameter.
func (o *orderer) operandType(call *ast.CallExpr) types.Type {
	t := o.Info.TypeOf(call.Args[0])
	if isNil(t) {
		return o.Info.TypeOf(call.Fun).Underlying().(*types.Signature).Params().At(0).Type()
	}
	return t
}

// operandOf returns the kind of operand that an awaited value of type t is.
func operandOf(t types.Type) ir.Operand {
	switch {
	case marker.HasPoll(t):
		return ir.Poller
	case marker.HasPoll(types.NewPointer(t)):
		return ir.Op
	}
	return ir.Dynamic
}

func (o *orderer) finishAwait(a *ir.Await) {
	o.fn.Awaits = append(o.fn.Awaits, a)
	o.emit(&ir.AwaitStmt{Await: a})
}

func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// exprArg returns T if t is an rt.Expr[T], and nil otherwise.
func (o *orderer) exprArg(t types.Type) types.Type {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Awaitable")
	fn, ok := obj.(*types.Func)
	if !ok || fn.Signature().Results().Len() != 1 {
		return nil
	}
	args, ok := marker.Named(fn.Signature().Results().At(0).Type(), "Awaitable")
	if !ok || args.Len() != 1 {
		return nil
	}
	return args.At(0)
}

// child makes a an await of a coroutine whose frame the frame of this function can hold, if
// x constructs such a coroutine. Its function belongs to this package, or to another package
// that exports the frame. child reports whether it did.
//
//	[source]   co.Await(s.fetchAsync(url))
//	[ordered]  await fetch{s, url}
func (o *orderer) child(a *ir.Await, await *ast.CallExpr, x ast.Expr) bool {
	call, ok := x.(*ast.CallExpr)
	if !ok {
		return false
	}
	if lit := marker.LiteralOf(o.Info, call); lit != nil {
		a.Text = o.withoutBody(await, lit)
		o.awaitLiteral(a, lit, nil)
		return true
	}
	fn, ok := o.named(call.Fun)
	if !ok {
		return false
	}
	if callee := o.Coroutine(fn.obj); callee != nil {
		a.Operand, a.Callee, a.TypeArgs = ir.Child, callee, o.typeArgs(fn.id, fn.obj)
	} else if frame := marker.Frame(fn.obj); frame != nil {
		a.Operand, a.Foreign = ir.Op, true
		a.XType = frame.Type()
		if targs := o.typeArgs(fn.id, fn.obj); targs != nil {
			a.XType, _ = types.Instantiate(nil, frame.Type(), targs, false)
		}
	} else {
		return false
	}
	o.childArgs(a, fn.recv, call)
	if fn.recv != nil {
		a.X = o.receiver(fn.recv, fn.sel)
	}
	if a.Foreign {
		if fn.recv != nil {
			a.Args, a.X = append([]ir.Code{a.X}, a.Args...), nil
		}
		if call.Ellipsis.IsValid() {
			last := len(a.Args) - 1
			a.Args[last] = append(a.Args[last], ir.Text("..."))
		}
	}
	return true
}

// A named is a function or a method as an expression names it.
type named struct {
	obj  *types.Func
	id   *ast.Ident // its name
	recv ast.Expr   // nil for a function
	sel  *types.Selection
}

// named returns the function or the method that fun names. ok is false if fun is something else,
// such as a method expression.
func (o *orderer) named(fun ast.Expr) (n named, ok bool) {
	switch f := marker.Unindexed(fun).(type) {
	case *ast.Ident:
		n.id = f
	case *ast.SelectorExpr:
		n.id = f.Sel
		if n.sel = o.Info.Selections[f]; n.sel != nil { // nil for pkg.FetchAsync
			n.recv = f.X
			if n.sel.Kind() != types.MethodVal {
				return n, false
			}
		}
	default:
		return n, false
	}
	n.obj, ok = o.Info.Uses[n.id].(*types.Func)
	return n, ok
}

// childArgs hoists the receiver and the arguments of the call of a.Callee, and sets a.Args.
// recv is nil if there is no receiver.
func (o *orderer) childArgs(a *ir.Await, recv ast.Expr, call *ast.CallExpr) {
	var ops []operand
	if recv != nil {
		ops = append(ops, operand{expr: recv})
	}
	spread := false
	if len(call.Args) == 1 {
		_, spread = o.Info.TypeOf(call.Args[0]).(*types.Tuple)
	}
	if spread { // fooAsync(g()) passes the results of g one by one
		o.visitAll(ops, true)
		o.visit(call.Args[0], true)
	} else {
		o.visitAll(append(ops, o.args(call)...), false)
	}
	o.setArgs(a, call.Args, call.Ellipsis.IsValid())
}

// setArgs sets the arguments of a to args, which have been hoisted.
func (o *orderer) setArgs(a *ir.Await, args []ast.Expr, ellipsis bool) {
	for _, arg := range args {
		if _, spread := o.Info.TypeOf(arg).(*types.Tuple); !spread {
			a.Args = append(a.Args, o.instance(arg))
			continue
		}
		for _, p := range o.subst[arg] {
			if r, ok := p.(*ir.Ref); ok {
				a.Args = append(a.Args, ir.Code{r})
			}
		}
	}
	if a.Callee != nil && a.Callee.Variadic && !ellipsis {
		n := len(a.Callee.Params) - 1
		rest := a.Args[n:]
		slice := o.fn.CalleeCode(a, a.Callee.Params[n].Type)
		if len(rest) == 0 {
			slice = ir.Lit("nil")
		} else {
			slice = append(slice, ir.Text("{"))
			for i, r := range rest {
				if i > 0 {
					slice = append(slice, ir.Text(", "))
				}
				slice = append(slice, r...)
			}
			slice = append(slice, ir.Text("}"))
		}
		a.Args = append(a.Args[:n:n], slice)
	}
}

// selected returns the code of x as what stands before the dot of a selector.
func (o *orderer) selected(x ast.Expr) ir.Code {
	c := o.code(x)
	r, ok := c[0].(*ir.Ref)
	if !ok || len(c) > 1 {
		return c
	}
	ref := *r // other code may contain r
	ref.Operand = true
	switch ref.Var.Type.Underlying().(type) {
	case *types.Pointer, *types.Interface:
	default:
		ref.Auto = true
	}
	return ir.Code{&ref}
}

// receiver returns the code of the receiver of the method of sel. It spells out promoted
// fields, the address and the dereference.
func (o *orderer) receiver(x ast.Expr, sel *types.Selection) ir.Code {
	code := o.code(x)
	if r, ok := code[0].(*ir.Ref); ok {
		ref := *r // other code may contain r
		code[0] = &ref
	}
	t := sel.Recv()
	fields := ""
	for _, i := range sel.Index()[:len(sel.Index())-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		f := t.Underlying().(*types.Struct).Field(i)
		fields += "." + f.Name()
		t = f.Type()
	}
	if fields != "" {
		if _, isIdent := x.(*ast.Ident); !isIdent {
			code = append(append(ir.Lit("("), code...), ir.Text(")"))
		} else if r, ok := code[0].(*ir.Ref); ok {
			r.Operand = true
			switch r.Var.Type.Underlying().(type) {
			case *types.Pointer, *types.Interface:
			default:
				r.Auto = true
			}
		}
		code = append(code, ir.Text(fields))
	}
	want := isPointer(sel.Obj().(*types.Func).Signature().Recv().Type())
	switch have := isPointer(t); {
	case want && !have:
		if r, ok := code[0].(*ir.Ref); ok && len(code) == 1 {
			r.Addr = true
			return code
		}
		return append(ir.Lit("&"), code...)
	case have && !want:
		return append(ir.Lit("*"), code...)
	}
	return code
}
