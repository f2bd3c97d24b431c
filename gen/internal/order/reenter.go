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
	var calls func(body *ast.BlockStmt) bool
	calls = func(body *ast.BlockStmt) (found bool) {
		if seen[body] {
			return false
		}
		seen[body] = true
		ast.Inspect(body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.RangeStmt:
				found = found || o.overFunc(n)
			case *ast.CallExpr:
				decl, known := o.known(n)
				found = found || !known || decl != nil && calls(decl)
			}
			return !found
		})
		return found
	}
	return calls(o.body)
}

// known reports whether it is known which code call runs. If that code is part of the package,
// body is its body.
func (o *orderer) known(call *ast.CallExpr) (body *ast.BlockStmt, known bool) {
	if o.isType(call.Fun) || o.isYield(call) {
		return nil, true
	}
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		return lit.Body, true
	}
	id := marker.NameIn(marker.Unindexed(call.Fun))
	if id == nil {
		return nil, false
	}
	switch fn := o.Info.Uses[id].(type) {
	case *types.Builtin:
		return nil, true
	case *types.Func:
		if decl := o.Decl(fn.Origin()); decl != nil && decl.Body != nil {
			return decl.Body, true
		}
		return nil, fn.Pkg() != nil && slices.Contains(harmless, fn.Pkg().Path()) && !takesCode(fn.Signature())
	}
	return nil, false
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
