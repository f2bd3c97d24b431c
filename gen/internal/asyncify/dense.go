package asyncify

// This file wraps operands of basic types in awaits of identity coroutines, where
// the program behaves the same as with the plain operand.

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// identityOf returns the name of the identity coroutine for a basic type.
func (p *Program) identityOf(typ string) string { return "id_" + typ + p.names.suffix }

// identity returns the declaration of the identity coroutine for typ.
func (p *Program) identity(typ string, reference bool) string {
	name, rt := p.identityOf(typ), p.names.rt
	text := fmt.Sprintf("\n\n//coroutine:async\nfunc %s(v %s) %s {\n\t%s\n\treturn v\n}\n", name, typ, typ, p.names.here())
	if reference {
		text += fmt.Sprintf("\nfunc %sAsync(v %s) %s.Coroutine[%s] {\n\treturn %s.Lockstep(func() (%s, error) { return %s(v), %s })\n}\n",
			name, typ, rt, typ, p.names.machine, typ, name, p.noError())
	}
	return text
}

// wrap awaits x through an identity coroutine if the type of x is basic. condition
// says that an untyped bool may become a bool.
func (w *walker) wrap(x ast.Expr, condition bool) {
	tv, ok := w.info.Types[x]
	if !w.opts.Dense || !ok || !tv.IsValue() || tv.Value != nil {
		return
	}
	basic, ok := tv.Type.(*types.Basic)
	if !ok {
		return
	}
	name := basic.Name()
	switch {
	case basic.Kind() == types.UntypedBool && condition:
		name = "bool"
	case basic.Info()&types.IsUntyped != 0, basic.Kind() == types.UnsafePointer, basic.Kind() == types.Uintptr:
		return // a uintptr may be an address in disguise
	}
	if w.pkg.Scope().Lookup(name) != nil || w.names.taken["error"] && w.pkg.Scope().Lookup("error") != nil {
		return // the program declares another object with this name
	}
	site := siteKey{w.fn, "identity", x.Pos(), x.End()}
	if w.off[site] != "" {
		return
	}
	w.used[name] = true
	w.awaits++
	w.edit(site, x.Pos(), opening, w.names.co+".Must("+w.identityOf(name)+"Async(")
	w.edit(site, x.End(), closing, "))")
}

// condition edits the condition of an if or for statement.
func (w *walker) condition(x ast.Expr) {
	if x == nil {
		return
	}
	w.wrap(x, true)
	w.expr(x)
}

// operand edits x, which stmt evaluates together with its other operands. It
// wraps x if stmt does nothing that could change x or be changed by x.
func (w *walker) operand(x ast.Expr, stmt ast.Stmt) {
	if x == nil {
		return
	}
	w.calm = !w.busy(stmt)
	if w.calm {
		w.wrap(x, false)
	}
	w.calls(x)
}

// arguments wraps the arguments of call if nothing else happens between them and the
// call itself.
func (w *walker) arguments(call *ast.CallExpr) {
	tv := w.info.Types[call.Fun]
	if !w.opts.Dense || tv.IsType() || tv.IsBuiltin() {
		return
	}
	for _, arg := range call.Args {
		if w.events(arg) {
			return
		}
	}
	for _, arg := range call.Args {
		w.wrap(arg, false)
	}
}

// target edits x, the left side of an assignment.
func (w *walker) target(x ast.Expr, stmt ast.Stmt) {
	w.calm = !w.busy(stmt)
	w.calls(x)
	if index, ok := ast.Unparen(x).(*ast.IndexExpr); ok && w.calm {
		w.wrap(index.Index, false)
	}
}

// binary wraps the operands of x. The operands of && and || are evaluated in order with
// everything else. The operands of other operators are wrapped only if nothing else
// happens.
func (w *walker) binary(x *ast.BinaryExpr) {
	if w.calm || x.Op == token.LAND || x.Op == token.LOR {
		w.wrap(x.X, false)
		w.wrap(x.Y, false)
	}
}

// busy reports whether the order of evaluation matters in the expressions of stmt. The
// statements in stmt do not count.
func (w *walker) busy(stmt ast.Stmt) bool {
	switch s := stmt.(type) {
	case *ast.RangeStmt:
		return w.events(s.X)
	case *ast.SwitchStmt:
		return w.events(s.Tag)
	}
	return w.events(stmt)
}

// events reports whether n contains a call, a receive, a conditional operator,
// a function literal or something that may panic in a different order.
func (w *walker) events(n ast.Node) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			found = true
		case *ast.CallExpr:
			found = found || !w.info.Types[n.Fun].IsType()
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		case *ast.BinaryExpr:
			found = found || n.Op == token.LAND || n.Op == token.LOR
		}
		return !found
	})
	return found
}
