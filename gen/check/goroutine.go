package check

// This file finds the function literals that run on a goroutine of their own.

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// goroutineOf says what runs the function literal at lit on another goroutine, or "" if nothing
// is known to do that: "a go statement" or the function that is given the literal. A local
// variable may hold the literal, if it never holds anything else.
func (c *checker) goroutineOf(lit inspector.Cursor) string {
	if where := c.startedAt(lit); where != "" {
		return where
	}
	v := c.declares(lit)
	if v == nil {
		return ""
	}
	if c.started == nil {
		c.findStarted(lit)
	}
	return c.started[v]
}

// startedAt says what calls the function that the expression at cur denotes on another goroutine,
// or "" if nothing is known to do that there.
func (c *checker) startedAt(cur inspector.Cursor) string {
	cur = withParens(cur)
	call, ok := cur.Parent().Node().(*ast.CallExpr)
	if !ok {
		return ""
	}
	switch cur.ParentEdgeKind() {
	case edge.CallExpr_Fun:
		if cur.Parent().ParentEdgeKind() == edge.GoStmt_Call {
			return "a go statement"
		}
	case edge.CallExpr_Args:
		if fn := typeutil.StaticCallee(c.info, call); startsGoroutine(fn) {
			if recv := fn.Signature().Recv(); recv != nil {
				return "WaitGroup.Go"
			}
			return fn.Pkg().Name() + "." + fn.Name()
		}
	}
	return ""
}

// startsGoroutine reports whether fn calls its operand on a goroutine that runs no task.
func startsGoroutine(fn *types.Func) bool {
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	switch fn.FullName() {
	case "(*sync.WaitGroup).Go", "context.AfterFunc", "time.AfterFunc":
		return true
	}
	return slices.Contains(onGoroutine, marker.FuncOfRT(fn))
}

// onGoroutine are the functions of rt that call their operand on another goroutine.
var onGoroutine = []string{"Go", "ToThread", "ToThreadContext", "RunInExecutor"}

// findStarted finds the local variables whose functions run on another goroutine.
func (c *checker) findStarted(at inspector.Cursor) {
	c.started = make(map[*types.Var]string)
	for cur := range at.Inspector().Root().Preorder((*ast.Ident)(nil)) {
		v, ok := c.info.Uses[cur.Node().(*ast.Ident)].(*types.Var)
		if !ok || v.IsField() || v.Parent() == c.pkg.Scope() {
			continue
		}
		if where := c.startedAt(cur); where != "" && c.started[v] == "" {
			c.started[v] = where
		}
	}
	c.forgetAssigned(at.Inspector().Root(), func(v *types.Var) { delete(c.started, v) })
}
