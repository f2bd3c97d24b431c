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

// reenters reports whether the body may call code that is not known. Such code could have the
// generator and call its Next. Only then must the generator know that it is running.
func (o *orderer) reenters() bool {
	seen := map[*ast.BlockStmt]bool{}
	var calls func(body *ast.BlockStmt, yield *types.Var) bool
	calls = func(body *ast.BlockStmt, yield *types.Var) (found bool) {
		if seen[body] {
			return false
		}
		seen[body] = true
		ast.Inspect(body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.RangeStmt:
				if !o.overFunc(n) {
					break
				}
				x := o.ranged(n.X)
				found = found || x == nil || calls(bodyOf(o.Decl(x.fn.Obj), x.fn), x.fn.Gen.Yield)
			case *ast.CallExpr:
				body, yield, known := o.known(n, yield)
				found = found || !known || body != nil && calls(body, yield)
			}
			return !found
		})
		return found
	}
	return calls(o.body, o.fn.Gen.Yield)
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
	id := marker.NameIn(marker.Unindexed(call.Fun))
	if id == nil {
		return nil, nil, false
	}
	switch fn := o.Info.Uses[id].(type) {
	case *types.Builtin:
		return nil, nil, true
	case *types.Var:
		return nil, nil, fn == yield
	case *types.Func:
		if decl := o.Decl(fn.Origin()); decl != nil && decl.Body != nil {
			g := o.Generator(fn)
			if g != nil && g.Gen.Lit != nil && len(decl.Body.List) == 1 {
				return nil, nil, true // it makes an iterator function
			}
			if g != nil && g.Gen.Lit == nil {
				inner = g.Gen.Yield
			}
			return decl.Body, inner, true
		}
		return nil, nil, fn.Pkg() != nil && slices.Contains(harmless, fn.Pkg().Path()) && !takesCode(fn.Signature())
	}
	return nil, nil, false
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
