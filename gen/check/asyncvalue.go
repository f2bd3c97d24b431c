package check

// This file checks async functions that are used as values by their own names.

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// A value is an async function that a variable holds.
type value struct {
	fn       *types.Func
	spelling string // the function as the source writes it
}

// asyncValues finds the async functions that async functions use as values. It returns
// those that a local variable holds from its declaration on: a call of the variable is a
// call of the function. What happens to the other values cannot be known. They are
// allowed, and go vet reports them.
func (c *checker) asyncValues(root inspector.Cursor, reasonOf func(*types.Func) blockReason) map[*types.Var]*value {
	held := make(map[*types.Var]*value)
	for cur := range root.Preorder((*ast.Ident)(nil)) {
		fn, ok := c.info.Uses[cur.Node().(*ast.Ident)].(*types.Func)
		if !ok || reasonOf(fn) != callsAsync {
			continue
		}
		cur, called := callOf(cur)
		if called {
			continue
		}
		p := c.placeOf(cur)
		around := c.marks[p.decl]
		if around == nil || around.async == nil || !c.onLoop(cur, p) {
			continue
		}
		spelling := written(cur.Node().(ast.Expr))
		holder := c.declares(cur)
		if holder != nil {
			held[holder] = &value{fn, spelling}
		}
		if c.vet && !c.leavesLoop(cur) {
			c.report(cur.Node(), diag.AsyncFuncValue,
				fmt.Sprintf("%s is async: if a task calls this value, the call blocks the goroutine that runs all tasks", c.nameOf(fn, spelling)),
				fmt.Sprintf("use %s, which returns a coroutine to await; or, if another goroutine makes the call, a function literal that calls %s", load.AsyncName(spelling), spelling))
		}
	}
	if len(held) > 0 {
		c.forgetAssigned(root, func(v *types.Var) { delete(held, v) })
	}
	return held
}

// declares returns the variable whose initial value is the expression at cur, or nil if
// there is none.
func (c *checker) declares(cur inspector.Cursor) *types.Var {
	cur = withParens(cur)
	_, i := cur.ParentEdge()
	var name ast.Expr
	switch n := cur.Parent().Node().(type) {
	case *ast.AssignStmt:
		if len(n.Lhs) == len(n.Rhs) && cur.ParentEdgeKind() == edge.AssignStmt_Rhs {
			name = n.Lhs[i]
		}
	case *ast.ValueSpec:
		if len(n.Names) == len(n.Values) && cur.ParentEdgeKind() == edge.ValueSpec_Values {
			name = n.Names[i]
		}
	}
	id, ok := name.(*ast.Ident)
	if !ok {
		return nil
	}
	v, _ := c.info.Defs[id].(*types.Var)
	return v
}

// forgetAssigned calls forget for each variable that is assigned to after its declaration, or
// whose address is taken.
func (c *checker) forgetAssigned(root inspector.Cursor, forget func(*types.Var)) {
	for cur := range root.Preorder((*ast.Ident)(nil)) {
		v, ok := c.info.Uses[cur.Node().(*ast.Ident)].(*types.Var)
		if !ok {
			continue
		}
		switch withParens(cur).ParentEdgeKind() {
		case edge.AssignStmt_Lhs, edge.RangeStmt_Key, edge.RangeStmt_Value, edge.UnaryExpr_X:
			forget(v)
		}
	}
}

// leavesLoop reports whether the value at cur, a function, is called on another goroutine
// or not at all.
func (c *checker) leavesLoop(cur inspector.Cursor) bool {
	cur = withParens(cur)
	kind, i := cur.ParentEdge()
	switch n := cur.Parent().Node().(type) {
	case *ast.AssignStmt:
		if kind != edge.AssignStmt_Rhs || len(n.Lhs) != len(n.Rhs) {
			return false
		}
		id, ok := n.Lhs[i].(*ast.Ident)
		return ok && id.Name == "_"
	case *ast.CallExpr:
		if cur.Parent().ParentEdgeKind() == edge.GoStmt_Call {
			return true
		}
		return marker.Callee(c.info, n).Makes() || runsOnGoroutine(typeutil.StaticCallee(c.info, n))
	}
	return false
}

// runsOnGoroutine reports whether fn is a function of the runtime that calls its operand on
// another goroutine.
func runsOnGoroutine(fn *types.Func) bool {
	return fn != nil && (marker.IsLockstep(fn) || slices.Contains(onGoroutine, marker.FuncOfRT(fn)))
}
