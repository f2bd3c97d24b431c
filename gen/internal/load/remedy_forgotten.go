package load

// This file finds remedies for errors of the Go type checker that come from a forgotten
// await.

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// forgotten returns the remedy if err, below path, is about a value that must be awaited
// and is not, or about an async function f in place of fAsync.
func (c *remedies) forgotten(err types.Error, path []ast.Node) string {
	for i, n := range slices.Backward(path) {
		x, ok := n.(ast.Expr)
		b, binary := n.(*ast.BinaryExpr)
		if !ok || x.Pos() != err.Pos && !(binary && b.Y.Pos() == err.Pos) {
			continue
		}
		if fn := c.named(marker.Unindexed(x)); fn != nil && c.isAsync(fn) && strings.HasPrefix(err.Msg, "cannot use") && strings.Contains(err.Msg, "Coroutine[") {
			name := types.ExprString(marker.Unindexed(x))
			return fmt.Sprintf("%s is async: write %s", name, AsyncName(name))
		}
		operands := []ast.Expr{x}
		if binary {
			operands = []ast.Expr{b.X, b.Y}
		}
		for _, x := range operands {
			if n, ok := marker.NumResults(c.typeOf(x)); ok && !c.goesOn(x, path[:i]) {
				return c.awaitOf(x, n)
			}
		}
	}
	return ""
}

// typeOf returns the type of x. The type checker records no type for an expression where
// it does not fit. For an identifier, its object has the type nevertheless.
func (c *remedies) typeOf(x ast.Expr) types.Type {
	if id, ok := ast.Unparen(x).(*ast.Ident); ok {
		if obj := c.pkg.Info.ObjectOf(id); obj != nil {
			return obj.Type()
		}
	}
	return c.pkg.Info.TypeOf(x)
}

// goesOn reports whether x, below path, is an argument of a function that takes what can
// be awaited. Such an argument is not a forgotten await.
func (c *remedies) goesOn(x ast.Expr, path []ast.Node) bool {
	for _, n := range slices.Backward(path) {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			continue
		}
		i := slices.Index(call.Args, x)
		sig, ok := c.pkg.Info.TypeOf(call.Fun).(*types.Signature)
		if i < 0 || !ok || sig.Params().Len() == 0 {
			return false
		}
		t := sig.Params().At(min(i, sig.Params().Len()-1)).Type()
		if list, ok := t.(*types.Slice); ok && sig.Variadic() {
			t = list.Elem()
		}
		_, awaitable := marker.NumResults(t)
		return awaitable || types.IsInterface(t)
	}
	return false
}

// awaitOf returns the remedy for x, which is not awaited and has n results besides its
// error.
func (c *remedies) awaitOf(x ast.Expr, n int) string {
	return fmt.Sprintf("nobody awaits %[1]s: write %[2]s(%[1]s)", types.ExprString(x), marker.AwaitOf(n, true).In(c.file)) + c.orMust(n)
}
