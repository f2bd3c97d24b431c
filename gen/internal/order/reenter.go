package order

// This file finds out whether code that a generator calls could resume the generator itself.

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// harmless are packages whose functions call no code of the program, unless they take a function
// or an interface.
var harmless = []string{"bytes", "cmp", "math", "math/bits", "slices", "strconv", "strings", "unicode", "unicode/utf16", "unicode/utf8"}

// calls calls yield for each body of the package that the code of body calls, with the yield that
// the body has. It reports whether the code calls other code that is not known. The code has the
// yield own.
func (o *orderer) calls(body *ast.BlockStmt, own *types.Var, yield func(*ast.BlockStmt, *types.Var)) (unknown bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.RangeStmt:
			if !o.overFunc(n) {
				break
			}
			x := o.ranged(n.X)
			if unknown = unknown || x == nil; x != nil {
				yield(bodyOf(o.Decl(x.fn.Obj), x.fn), x.fn.Gen.Yield)
			}
		case *ast.CallExpr:
			body, inner, known := o.known(n, own)
			if unknown = unknown || !known; body != nil {
				yield(body, inner)
			}
		}
		return !unknown
	})
	return unknown
}

// known reports whether it is known which code call runs, in a function with the given yield. If
// that code is part of the package, body is its body, which has the yield inner.
func (o *orderer) known(call *ast.CallExpr, yield *types.Var) (body *ast.BlockStmt, inner *types.Var, known bool) {
	if o.isType(call.Fun) {
		return nil, nil, true
	}
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		return lit.Body, yield, true
	}
	if yield != nil && o.yields(call, yield) {
		return nil, nil, true
	}
	id := marker.NameIn(marker.Unindexed(call.Fun))
	if id == nil {
		return nil, nil, false
	}
	switch fn := o.Info.Uses[id].(type) {
	case *types.Builtin:
		return nil, nil, true
	case *types.Var:
		return nil, nil, false
	case *types.Func:
		if decl := o.Decl(fn.Origin()); decl != nil && decl.Body != nil {
			g := o.Generator(fn)
			if g != nil && g.Gen.Lit != nil && !o.setsUp(g) {
				return nil, nil, true // it makes an iterator function
			}
			if g != nil && o.yieldsToKnown(call, yield) {
				inner = g.Gen.Yield
			}
			return decl.Body, inner, true
		}
		return nil, nil, fn.Pkg() != nil && slices.Contains(harmless, fn.Pkg().Path()) && !takesCode(fn.Signature())
	}
	return nil, nil, false
}

// yieldsToKnown reports whether call, in a function with the given yield, hands that or a literal to
// a generator as its yield.
func (o *orderer) yieldsToKnown(call *ast.CallExpr, yield *types.Var) bool {
	if x, _ := o.handsTo(call, yield); x != nil {
		return true
	}
	x := o.callee(call.Fun)
	if x == nil || x.fn.Gen.Lit != nil {
		return false
	}
	at := x.fn.YieldIndex()
	if at >= len(call.Args) {
		return false // f(g())
	}
	_, isLit := ast.Unparen(call.Args[at]).(*ast.FuncLit)
	return isLit
}

// takesCode reports whether a function with the signature sig takes a function or an interface.
func takesCode(sig *types.Signature) bool {
	for v := range sig.Params().Variables() {
		t := v.Type()
		if s, ok := t.(*types.Slice); ok { // a variadic parameter
			t = s.Elem()
		}
		if _, param := types.Unalias(t).(*types.TypeParam); param {
			continue
		}
		switch t.Underlying().(type) {
		case *types.Signature, *types.Interface:
			return true
		}
	}
	return false
}
