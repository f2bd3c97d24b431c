package check

// This file finds generators, and errors of their yields, that are dropped.

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// constructsGenerator returns the name of the generator function if call calls its constructor, and
// "" otherwise. It also returns "" if call hands over a Yielder, which does not compile.
func (c *checker) constructsGenerator(call *ast.CallExpr) string {
	fn := typeutil.StaticCallee(c.info, call)
	if fn == nil || fn.Signature().Results().Len() != 1 || slices.ContainsFunc(call.Args, func(x ast.Expr) bool { return marker.YielderOf(c.info.TypeOf(x)) != "" }) {
		return ""
	}
	p, ok := types.Unalias(fn.Signature().Results().At(0).Type()).(*types.Pointer)
	if !ok {
		return ""
	}
	t, ok := types.Unalias(p.Elem()).(*types.Named)
	if !ok || t.Obj().Pkg() == nil || !strings.HasSuffix(t.Obj().Name(), "Generator") {
		return ""
	}
	suffix := load.PullName("")
	if t.Obj().Pkg().Path() == marker.AsyncGen {
		suffix = load.AsyncName("")
	} else if t.Obj().Pkg() != fn.Pkg() || !marker.IsGenerator(p) {
		return ""
	}
	name, ok := strings.CutSuffix(fn.Name(), suffix)
	if !ok {
		return ""
	}
	return name
}

// madeRemedy returns the remedy for the statement at cur, which calls the constructor of a generator.
func (c *checker) madeRemedy(cur inspector.Cursor, call *ast.CallExpr) string {
	x := types.ExprString(call)
	loop := fmt.Sprintf("take its values in a loop: for v := range %s.All()", x)
	p := c.placeOf(cur)
	name, pulls := strings.CutSuffix(written(call.Fun), load.PullName(""))
	if !pulls {
		loop = fmt.Sprintf("take its values in a loop: for v := range %s(%s, &err)", c.write(marker.Each, call), x)
	} else if m := c.marks[p.decl]; m != nil && m.pulls() {
		if y := load.YieldOf(p.decl); y != nil && y.In != nil {
			loop += fmt.Sprintf("; or hand them on: %s(%s)", name, y.Name.Name)
		}
	}
	return loop + "; or assign it to _ to drop it on purpose"
}

// droppedYields reports calls in generators that stand as statements, and drop the error of a
// Yield: by it the generator learns that it is closed, and that an error was thrown. Nothing is
// reported of the last statement of a function without an error.
func (c *checker) droppedYields(root inspector.Cursor) {
	for cur := range root.Preorder((*ast.ExprStmt)(nil)) {
		call, ok := ast.Unparen(cur.Node().(*ast.ExprStmt).X).(*ast.CallExpr)
		if !ok {
			continue
		}
		p := c.placeOf(cur)
		m := c.marks[p.decl]
		if m == nil || !m.pulls() || around(cur) != nil { // a literal must not yield
			continue
		}
		results := c.yieldsErrors(call)
		if results == 0 {
			continue
		}
		remedy := "return the error"
		if fn, ok := c.object(p.decl); ok {
			if _, fails := load.NumValues(fn.Signature().Results()); !fails {
				if last := p.decl.Body.List[len(p.decl.Body.List)-1]; last == cur.Node() {
					continue
				}
				remedy = fmt.Sprintf("let %s have an error as its last result, and return this one", p.decl.Name.Name)
			}
		}
		name := written(call.Fun)
		c.report(call, diag.ErrorDropped, fmt.Sprintf("%s drops its error: a generator that is closed here goes on as if nothing had happened", name),
			fmt.Sprintf("%s; or assign it to _ to drop it on purpose: %s_ = %s(...)", remedy, strings.Repeat("_, ", results-1), name))
	}
}

// yieldsErrors returns the number of results of call if the last of them is the error of a Yield:
// call calls the Yield of a Yielder, YieldFrom, or a generator function that gets a Yielder.
// Otherwise it returns 0.
func (c *checker) yieldsErrors(call *ast.CallExpr) int {
	sig, ok := c.info.TypeOf(call.Fun).(*types.Signature)
	if !ok || sig.Results().Len() == 0 || !load.IsError(sig.Results().At(sig.Results().Len()-1).Type()) {
		return 0
	}
	isYielder := func(x ast.Expr) bool { return marker.YielderOf(c.info.TypeOf(x)) == "Yielder" }
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && isYielder(sel.X) || slices.ContainsFunc(call.Args, isYielder) {
		return sig.Results().Len()
	}
	return 0
}

// isGeneratorOp reports whether t is the type of an operation of an async generator, by which its
// function or the task that takes its values goes on. Another task could not do that for them.
func isGeneratorOp(t types.Type) bool {
	return slices.Contains([]string{"YieldOp", "NextOp", "SendOp", "ThrowOp", "CloseOp"}, marker.TypeOfAsyncGen(t))
}
