package check

// This file finds async values, and errors of awaits, that are dropped.

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// drops reports calls that stand as statements although their result must be awaited.
func (c *checker) drops(root inspector.Cursor) {
	for cur := range root.Preorder((*ast.ExprStmt)(nil), (*ast.DeferStmt)(nil), (*ast.GoStmt)(nil)) {
		var x ast.Expr
		what := "is dropped"
		switch n := cur.Node().(type) {
		case *ast.ExprStmt:
			x = ast.Unparen(n.X)
		case *ast.DeferStmt:
			x, what = n.Call, "is dropped by the defer statement"
		case *ast.GoStmt:
			x, what = n.Call, "is dropped by the go statement"
		}
		call, ok := x.(*ast.CallExpr)
		if !ok {
			continue
		}
		if name := c.constructsGenerator(call); name != "" {
			c.report(call, diag.AsyncValueDropped,
				fmt.Sprintf("the generator that this call makes %s: nothing of %s has run, and nothing will", what, name),
				c.madeRemedy(cur, call))
			continue
		}
		if t := dropped(c.info.TypeOf(call)); t != nil {
			c.report(call, diag.AsyncValueDropped,
				fmt.Sprintf("the %s that this call returns %s: nothing has run, and nothing will", types.TypeString(t, c.qualify), what),
				c.dropRemedy(cur, call, t))
		}
	}
}

// droppedErrors reports awaits in async functions that stand as statements and so drop
// their error. Go allows that for any call, but it is by its error that an await reports a
// cancellation. Nothing is reported in deferred calls and of a shield, which no cancellation reaches.
func (c *checker) droppedErrors(root inspector.Cursor) {
	for cur := range root.Preorder((*ast.ExprStmt)(nil)) {
		call, ok := ast.Unparen(cur.Node().(*ast.ExprStmt).X).(*ast.CallExpr)
		if !ok {
			continue
		}
		what := marker.Callee(c.info, call)
		values, fails, _ := what.Form()
		p := c.placeOf(cur)
		if m := c.marks[p.decl]; !fails || m == nil || m.async == nil || p.in && !p.coroutine || p.deferred || c.isShield(call.Args[0]) {
			continue
		}
		c.report(call, diag.ErrorDropped, fmt.Sprintf("%s drops its error: a task that is cancelled here goes on as if nothing had happened", what),
			fmt.Sprintf("return the error; or assign it to _ to drop it on purpose: %s = %s(...)", strings.Repeat("_, ", values)+"_", c.write(what, call)))
	}
}

// isShield reports whether x is a call of rt.Shield.
func (c *checker) isShield(x ast.Expr) bool {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	return ok && marker.FuncOfRT(typeutil.StaticCallee(c.info, call)) == "Shield"
}

// dropRemedy returns the remedy for the statement at cur, whose call returns t, which is dropped.
func (c *checker) dropRemedy(cur inspector.Cursor, call ast.Expr, t types.Type) string {
	p := c.placeOf(cur)
	m := c.marks[p.decl]
	inTask := m != nil && m.async != nil && (!p.in || p.coroutine)
	_, isGo := cur.Node().(*ast.GoStmt)
	if isGeneratorOp(t) {
		n, _ := marker.NumResults(t)
		write := fmt.Sprintf("%s(%s)", c.write(marker.AwaitOf(n, true), cur.Node()), types.ExprString(call))
		_, isDefer := cur.Node().(*ast.DeferStmt)
		switch {
		case !inTask:
			return "await it in an async function: " + write
		case isDefer:
			return "write defer " + write
		}
		return "write " + write
	}
	switch {
	case isGo && inTask:
		return fmt.Sprintf("a task runs on the loop and needs no goroutine: write %s(...) in place of go", c.write(marker.Spawn, cur.Node()))
	case !inTask:
		return "run it with rt.Run on a loop of its own, or start it with rt.StartThreadsafe(loop, ...) on one that another goroutine runs, or assign it to _ to drop it on purpose"
	}
	return fmt.Sprintf("await it, start it as a task with %s(...), or assign it to _ to drop it on purpose", c.write(marker.Spawn, cur.Node()))
}

// qualify returns the qualifier of package p in the user's source.
func (c *checker) qualify(p *types.Package) string {
	if p == c.pkg {
		return ""
	}
	return p.Name()
}

// dropped returns the part of t, the type of a call, that does not run unless
// it is awaited, or nil if there is none.
func dropped(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	if tuple, ok := t.(*types.Tuple); ok {
		for v := range tuple.Variables() {
			if t := dropped(v.Type()); t != nil {
				return t
			}
		}
		return nil
	}
	if isExpr(t) && !started(t, nil) {
		return t
	}
	return nil
}

// isExpr reports whether t has the method of rt.Expr.
func isExpr(t types.Type) bool {
	_, ok := marker.Awaited(t)
	return ok
}

// started reports whether a value of type t goes on even if it is not awaited: t
// is a task, a future, or a struct type that embeds one of these.
func started(t types.Type, seen map[types.Type]bool) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	for _, name := range []string{"Task", "TaskOf", "Future"} {
		if _, ok := marker.Named(t, name); ok {
			return true
		}
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok || seen[t] {
		return false
	}
	if seen == nil {
		seen = make(map[types.Type]bool)
	}
	seen[t] = true
	for field := range st.Fields() {
		if field.Embedded() && started(field.Type(), seen) {
			return true
		}
	}
	return false
}
