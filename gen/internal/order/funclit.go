package order

// This file orders function literals that become functions of their own: those that Async
// makes coroutines of, and those that await where they stand.

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

// order orders lit, a literal in the function being ordered, as a function of its own.
func (o *orderer) order(lit *ast.FuncLit) {
	inner := newOrderer(o.Source, o.Literal(o.fn.Func, lit, o.literalName(lit)), lit.Body)
	inner.outer, inner.literals, inner.moved, inner.uses = o, o.literals, o.moved, o.uses
	inner.lit = lit
	o.ordered[lit] = inner.run()
	o.fn.Closures = append(o.fn.Closures, inner.fn)
	o.diags = append(o.diags, inner.diags...)
}

// literalName returns the name of lit in the function being ordered: the name of the
// variable that holds lit, or func1, func2 and so on, as in Go's own names.
func (o *orderer) literalName(lit *ast.FuncLit) string {
	name, n := o.literals[lit].Name, 2
	if _, taken := o.names[name]; name != "" && !taken {
		o.names[name] = 0
		return name
	}
	if name == "" {
		name, n = "func", 1
	}
	n = max(n, o.names[name]+1)
	for taken := true; taken; n++ {
		o.names[name] = n
		_, taken = o.names[fmt.Sprint(name, n)]
	}
	numbered := fmt.Sprint(name, o.names[name])
	o.names[numbered] = 0
	return numbered
}

// capture makes a variable of the literal being ordered for each variable that the literal
// mentions and does not declare.
func (o *orderer) capture() {
	if o.lit == nil {
		return
	}
	for _, obj := range o.usesOf(o.lit).order {
		switch obj := obj.(type) {
		case *types.Const:
			o.captureConst(obj)
		case *types.Var:
			if !o.isLocal(obj) || o.vars[obj] != nil {
				continue
			}
			v := &ir.Var{Name: obj.Name(), Type: obj.Type(), Obj: obj, Kind: ir.Capture, Pos: obj.Pos()}
			v.ByRef = o.byRef(obj)
			o.fn.Captures = append(o.fn.Captures, o.track(v))
		}
	}
}

// captureConst repeats the declaration of k in the literal being ordered, if the
// declaration stays in the methods of a function around the literal.
func (o *orderer) captureConst(k *types.Const) {
	l := o.fn.Decl(k)
	if l != nil && l.Fixed && !within(k.Pos(), o.lit) && !slices.Contains(o.fn.Types, l) {
		o.fn.Types = append(o.fn.Types, l)
	}
}

// byRef reports whether the literal being ordered needs the variable obj itself and not a
// copy.
func (o *orderer) byRef(obj *types.Var) bool {
	if typeset.HoldsLock(obj.Type()) {
		return true
	}
	if outer := o.outer.vars[obj]; outer != nil && o.literals[o.lit].Kind >= marker.Embedded {
		// The function around the literal does not run while the literal runs.
		if outer.Kind == ir.Capture {
			return outer.ByRef
		}
		f := o.outer.fact(obj)
		return f.addr || f.captured && f.assigned || f.inside
	}
	for p := o.outer; p != nil; p = p.outer {
		if f := p.facts[obj]; f != nil && (f.assigned || f.addr) {
			return true
		}
	}
	return false
}

// isLocal reports whether obj is declared in a function.
func (o *orderer) isLocal(obj types.Object) bool {
	return obj.Pkg() == o.Pkg && obj.Parent() != nil && obj.Parent() != o.Pkg.Scope()
}

// captured returns the values of the captures of fn, for the place where fn stands. inLit
// says that this place is inside a literal that stays text.
func (o *orderer) captured(fn *ir.Body, inLit bool) (values []ir.Code) {
	for _, v := range fn.Captures {
		switch outer := o.vars[v.Obj]; {
		case v.Obj == nil: // the exit, which recover needs
			values = append(values, ir.Code{ir.ExitPtr{}})
		case outer != nil:
			values = append(values, ir.Code{&ir.Ref{Var: outer, Addr: v.ByRef, InLit: inLit}})
		case v.ByRef: // text declares the variable
			values = append(values, ir.Lit("&"+v.Name))
		default:
			values = append(values, ir.Lit(v.Name))
		}
	}
	return values
}

// closure returns the code of the coroutine that call makes of a function literal, or nil
// if call does something else.
func (c *cutter) closure(call *ast.CallExpr) ir.Code {
	lit := marker.LiteralOf(c.Info, call)
	if lit == nil || c.literals[lit].Kind == marker.Verbatim {
		return nil
	}
	fn := c.ordered[lit]
	return ir.Code{&ir.Closure{Func: fn.Func, Captures: c.captured(fn, c.lits > 0)}}
}

// isAwait reports whether n suspends: an await, a yield, a range over Each, or the call of a
// literal that awaits.
func (o *orderer) isAwait(n ast.Node) bool {
	if marker.Suspends(o.Info, n) {
		return true
	}
	call, ok := n.(*ast.CallExpr)
	return ok && (o.called(call) != nil || o.isYield(call) || o.yieldsFrom(call) || o.delegates(call) != nil)
}

// called returns the literal that call calls, if that literal awaits.
func (o *orderer) called(call *ast.CallExpr) *ast.FuncLit {
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok && o.literals[lit].Kind == marker.Embedded {
		return lit
	}
	return nil
}

// awaitLiteral makes a an await of lit, which runs where it stands. call calls lit with
// arguments. If call is nil, there are none.
//
//	[source]   n := func(url string) int { ... }(u)
//	[ordered]  n = await func1{u, captured}
func (o *orderer) awaitLiteral(a *ir.Await, lit *ast.FuncLit, call *ast.CallExpr) {
	o.embed(a, lit)
	if call != nil {
		o.childArgs(a, nil, call)
	}
	a.Args = append(a.Args, o.captured(o.ordered[lit], false)...)
}

// embed makes lit the coroutine that a awaits.
func (o *orderer) embed(a *ir.Await, lit *ast.FuncLit) {
	fn := o.ordered[lit]
	fn.Embedded = true
	a.Operand, a.Callee, a.Name = ir.Child, fn.Func, fn.Lit
	for _, p := range fn.TypeParams {
		a.TypeArgs = append(a.TypeArgs, p.TypeParam)
	}
}

// awaitCalled emits the await of lit for call, which calls lit.
func (o *orderer) awaitCalled(call *ast.CallExpr, lit *ast.FuncLit, dst []ir.Dst) {
	a := &ir.Await{
		Pos:   call.Pos(),
		Text:  o.withoutBody(call, lit),
		Dst:   dst,
		XType: o.Info.TypeOf(call),
	}
	o.awaitLiteral(a, lit, call)
	a.Form = ir.Form{Values: a.Callee.NumValues(), Err: a.Callee.Fallible}
	o.finishAwait(a)
}

// findMoved finds the local types and constants that must move to package level, even from
// text: those that literals mention which become functions, and those that these depend on.
func (o *orderer) findMoved(body ast.Node) {
	if len(o.literals) == 0 {
		return
	}
	decls := map[types.Object]ast.Spec{} // the local declarations
	ast.Inspect(body, func(n ast.Node) bool {
		switch s := n.(type) {
		case *ast.TypeSpec:
			decls[o.Info.Defs[s.Name]] = s
		case *ast.ValueSpec:
			for _, id := range s.Names {
				if c, ok := o.Info.Defs[id].(*types.Const); ok {
					decls[c] = s
				}
			}
		}
		return true
	})
	if len(decls) == 0 {
		return
	}
	var inside ast.Node // a literal, whose own declarations may stay inside
	var mentioned func(n ast.Node)
	move := func(obj types.Object) {
		if s := decls[obj]; s != nil && !o.moved[obj] && (inside == nil || !within(obj.Pos(), inside)) {
			o.moved[obj] = true
			was := inside
			inside = nil // the declarations that s depends on move as well
			mentioned(s)
			inside = was
		}
	}
	mentioned = func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				obj := o.Info.Uses[id]
				move(obj)
				if v, ok := obj.(*types.Var); ok && o.isLocal(v) { // lit may not name the type of v
					namedIn(v.Type(), move)
				}
			}
			return true
		})
	}
	for lit := range o.literals {
		inside = lit
		mentioned(lit)
	}
}

// namedIn calls yield for the type names that t mentions.
func namedIn(t types.Type, yield func(types.Object)) {
	typeset.Walk(t, func(t types.Type) bool {
		switch t := t.(type) {
		case *types.Named:
			yield(t.Obj())
		case *types.Alias:
			yield(t.Obj())
			namedIn(types.Unalias(t), yield)
		}
		return true
	})
}
