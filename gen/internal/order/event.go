package order

// This file knows when gc evaluates what, relative to the calls in a statement:
// cmd/compile/internal/walk/order.go copies some operations to temporaries where
// they stand, and leaves the others in the statement, behind the calls.

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

// isEvent reports whether gc evaluates e, apart from its operands, at the place
// where it stands relative to calls.
func (o *orderer) isEvent(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.CallExpr:
		if o.isType(x.Fun) {
			// []byte(s) copies; string(b) waits.
			return typeset.Any(o.Info.TypeOf(x.Fun), isSlice) && typeset.Any(o.Info.TypeOf(x.Args[0]), isString)
		}
		if sel, ok := ast.Unparen(x.Fun).(*ast.SelectorExpr); ok {
			_, isBuiltin := o.Info.Uses[sel.Sel].(*types.Builtin)
			return !isBuiltin // unsafe.Slice and the like
		}
		return true
	case *ast.UnaryExpr:
		return x.Op == token.ARROW
	case *ast.TypeAssertExpr:
		return x.Type != nil && !isDirect(o.Info.TypeOf(x.Type))
	case *ast.SliceExpr:
		return true
	case *ast.IndexExpr:
		// The key of m[string(b)] shares the bytes of b, so gc reads at once.
		key, ok := ast.Unparen(x.Index).(*ast.CallExpr)
		return ok && o.isType(key.Fun) && isMap(o.Info.TypeOf(x.X)) &&
			typeset.Any(o.Info.TypeOf(key), isString) && typeset.Any(o.Info.TypeOf(key.Args[0]), isSlice)
	}
	return false
}

// isDirect reports whether an interface holds a t as the pointer that it is, so that
// asserting it takes no copy; of a type parameter that is not known.
func isDirect(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Chan, *types.Signature:
		return true
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Struct:
		return u.NumFields() == 1 && isDirect(u.Field(0).Type())
	case *types.Array:
		return u.Len() == 1 && isDirect(u.Elem())
	case *types.Interface:
		_, isParam := types.Unalias(t).(*types.TypeParam)
		return isParam
	}
	return false
}

func isMap(t types.Type) bool {
	_, ok := typeset.Core(t).(*types.Map)
	return ok
}

// lastEntry returns the first operand of the entry of the map literal e that holds the
// operand last; -1 if e is something else. gc makes the entries before it first.
func (o *orderer) lastEntry(e ast.Expr, last int) int {
	if lit, ok := e.(*ast.CompositeLit); ok && isMap(o.Info.TypeOf(lit)) {
		return last / 2 * 2
	}
	return -1
}

// snapshot evaluates e now, if it may change.
func (o *orderer) snapshot(e ast.Expr) {
	lit, isLit := ast.Unparen(e).(*ast.CompositeLit)
	if isLit && lit.Type == nil || o.isConst(e) || o.subst[e] != nil || o.isFinal(e) {
		return
	}
	if code := o.code(e); len(code) == 1 {
		if r, ok := code[0].(*ir.Ref); ok && r.Var.Kind == ir.Temp {
			return
		}
	}
	o.subst[e] = o.toTemps(e)
}
