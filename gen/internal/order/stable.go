package order

// This file finds operands that may be evaluated at any time. They need not be copied where
// gc copies them, so the code stays as written.

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

// isStable reports whether the evaluation of e has no effect, cannot panic, and gives the
// same value before and after an await in the same statement.
func (o *orderer) isStable(e ast.Expr) bool {
	if o.subst[e] != nil || o.isConst(e) || o.isType(e) || o.Info.Types[e].IsNil() {
		return true
	}
	switch x := e.(type) {
	case *ast.FuncLit:
		return true
	case *ast.ParenExpr:
		return o.isStable(x.X)
	case *ast.Ident:
		v, isVar := o.Info.Uses[x].(*types.Var)
		return !isVar || o.isPrivate(v)
	case *ast.CompositeLit:
		if m, ok := typeset.Core(o.Info.TypeOf(x)).(*types.Map); ok && typeset.MayPanicCompared(m.Key()) {
			return false
		}
		for _, p := range o.operands(x) {
			if !o.isStable(p.expr) {
				return false
			}
		}
		return true
	case *ast.SelectorExpr:
		return o.isStableSelector(x)
	case *ast.IndexExpr:
		if o.isInstance(x) {
			return o.isStable(x.X) // x.X may be a method value with a receiver
		}
		return typeset.All(o.Info.TypeOf(x.X), isArray) && o.isConst(x.Index) && o.isStable(x.X)
	case *ast.IndexListExpr:
		return o.isStable(x.X)
	case *ast.UnaryExpr:
		switch x.Op {
		case token.ARROW:
			return false
		case token.AND:
			if lit, ok := ast.Unparen(x.X).(*ast.CompositeLit); ok {
				return o.isStable(lit)
			}
			return o.isPart(x.X)
		}
		return o.isStable(x.X)
	case *ast.BinaryExpr:
		return o.isStableBinary(x)
	case *ast.CallExpr:
		return o.isStableCall(x)
	}
	return false
}

// isPrivate reports whether only statements of the function assign v while the function
// runs.
func (o *orderer) isPrivate(v *types.Var) bool {
	known := o.vars[v]
	if known == nil || known.Addr {
		return false
	}
	f := o.facts[v]
	return f == nil || !f.inside
}

// isPart reports whether e is a variable of the function, or a part of one that is reached
// without reading a value.
func (o *orderer) isPart(e ast.Expr) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		return o.vars[o.varOf(x)] != nil
	case *ast.SelectorExpr:
		sel := o.Info.Selections[x]
		return sel != nil && sel.Kind() == types.FieldVal && !sel.Indirect() && o.isPart(x.X)
	case *ast.IndexExpr:
		return typeset.All(o.Info.TypeOf(x.X), isArray) && o.isConst(x.Index) && o.isPart(x.X)
	}
	return false
}

func (o *orderer) isStableSelector(x *ast.SelectorExpr) bool {
	sel := o.Info.Selections[x]
	if sel == nil { // a name of another package
		_, isVar := o.Info.Uses[x.Sel].(*types.Var)
		return !isVar
	}
	switch sel.Kind() {
	case types.MethodExpr:
		return true
	case types.FieldVal:
		return !sel.Indirect() && o.isStable(x.X)
	}
	recv := sel.Obj().(*types.Func).Signature().Recv()
	if len(sel.Index()) > 1 || types.IsInterface(sel.Recv()) {
		return false
	}
	switch want, have := isPointer(recv.Type()), isPointer(sel.Recv()); {
	case want == have:
		return o.isStable(x.X)
	case want:
		return o.isPart(x.X)
	}
	return false // x reads through a pointer
}

func (o *orderer) isStableBinary(x *ast.BinaryExpr) bool {
	if !o.isStable(x.X) || !o.isStable(x.Y) {
		return false
	}
	switch x.Op {
	case token.QUO, token.REM:
		return o.isConst(x.Y) || !typeset.Any(o.Info.TypeOf(x.Y), isInteger)
	case token.SHL, token.SHR:
		return o.isConst(x.Y) || !typeset.Any(o.Info.TypeOf(x.Y), isSigned)
	case token.EQL, token.NEQ:
		for _, y := range []ast.Expr{x.X, x.Y} {
			if !o.Info.Types[y].IsNil() && typeset.MayPanicCompared(o.Info.TypeOf(y)) {
				return o.Info.Types[x.X].IsNil() || o.Info.Types[x.Y].IsNil()
			}
		}
	}
	return true
}

func (o *orderer) isStableCall(x *ast.CallExpr) bool {
	fun := ast.Unparen(x.Fun)
	if !o.isType(fun) {
		id, ok := fun.(*ast.Ident)
		if !ok {
			return false
		}
		b, ok := o.Info.Uses[id].(*types.Builtin)
		if !ok {
			return false
		}
		switch b.Name() {
		case "len", "cap":
			t := typeset.Core(o.Info.TypeOf(x.Args[0]))
			switch t.(type) {
			case *types.Basic, *types.Slice, *types.Array:
			default:
				return false
			}
		case "min", "max", "complex", "real", "imag", "new":
		default:
			return false
		}
	} else {
		from, to := o.Info.TypeOf(x.Args[0]), o.Info.TypeOf(fun)
		if typeset.Any(from, isSlice) && !typeset.All(to, isSlice) && !isInterface(to) {
			return false // the conversion reads the elements, or panics if there are too few
		}
	}
	for _, a := range x.Args {
		if !o.isStable(a) {
			return false
		}
	}
	return true
}

func isInteger(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

func isSigned(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0 && b.Info()&types.IsUnsigned == 0
}
