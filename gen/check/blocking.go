package check

// This file checks calls that block their goroutine.

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// blockingCalls reports the calls of functions that block their goroutine, because they
// are marked so, because they are async but called by their own name, or because they
// run a loop. Async functions must not make any. Other functions must not call an async one
// by its own name, unless they are marked as blocking: most likely somebody forgot the
// Async. (On a goroutine of its own an async function may call what it likes.)
func (c *checker) blockingCalls(root inspector.Cursor) {
	marks := make(map[types.Object]*mark)
	for decl, m := range c.marks {
		if m.blocking || m.async != nil && c.awaits(decl) {
			marks[c.info.Defs[decl.Name]] = m
		}
	}
	for cur := range root.Preorder((*ast.CallExpr)(nil)) {
		callee := typeutil.StaticCallee(c.info, cur.Node().(*ast.CallExpr))
		if callee == nil {
			continue
		}
		callee = callee.Origin()
		m := marks[callee]
		if m == nil && !runsLoop(callee) {
			continue
		}
		p := c.placeOf(cur)
		around := c.marks[p.decl]
		switch {
		case around != nil && around.async != nil:
			if cur.ParentEdgeKind() != edge.GoStmt_Call && (!p.in || p.coroutine) {
				c.blocksLoop(cur.Node(), callee, m)
			}
		case around == nil && m != nil && m.async != nil:
			c.calledOutside(cur, p, callee)
		}
	}
}

// runsLoop reports whether fn is a function of rt that panics where a loop runs already, or
// blocks it.
func runsLoop(fn *types.Func) bool {
	if fn.Pkg() == nil || fn.Pkg().Path() != marker.RT {
		return false
	}
	if fn.Signature().Recv() != nil {
		return fn.Name() == "RunForever"
	}
	return slices.Contains([]string{"Run", "RunOn", "RunUntilComplete", "RunThreadsafe", "RunLoops", "Block"}, fn.Name())
}

// blocksLoop reports the call, in an async function, of a callee that is marked m, or is
// one of rt.
func (c *checker) blocksLoop(call ast.Node, callee *types.Func, m *mark) {
	name, remedy := callee.Name(), "mark it //coroutine:async instead and await it; or run it beside the loop with rt.ToThread"
	switch {
	case m == nil && name == "RunForever":
		c.report(call, diag.BlockingCall, "RunForever in an async function panics: a loop runs on this goroutine already",
			"start a task of this loop with Spawn; or run another loop on a goroutine of its own with rt.RunLoops and rt.ToThread")
		return
	case m == nil && name == "RunLoops":
		c.report(call, diag.BlockingCall, "rt.RunLoops in an async function blocks the goroutine that runs all tasks until all of its loops have ended",
			"run it beside the loop with rt.ToThread")
		return
	case m == nil:
		c.report(call, diag.BlockingCall, fmt.Sprintf("rt.%s in an async function panics: it would block the goroutine that runs all tasks", name),
			"await its operand: v, err := co.Await(x)")
		return
	case m.async != nil:
		remedy = fmt.Sprintf("%s is async: await %s(...) instead", name, load.AsyncName(name))
	}
	c.report(call, diag.BlockingCall, fmt.Sprintf("%s blocks its goroutine, and called from an async function that is the one that runs all tasks", name), remedy)
}

// calledOutside reports the call at cur of callee, an async function, by its own name in
// a function that is not marked. Tests may do that, to see what the source does; and so may
// the literals of coroutines that run as they are.
func (c *checker) calledOutside(cur inspector.Cursor, p place, callee *types.Func) {
	call := cur.Node()
	if strings.HasSuffix(c.fset.PositionFor(call.Pos(), false).Filename, "_test.go") {
		return
	}
	if c.inCoroutineLiteral(cur) {
		return
	}
	name := load.AsyncName(callee.Name())
	remedy := fmt.Sprintf("run its coroutine: rt.Run(%s(...)) on a loop of its own, or rt.RunThreadsafe(ctx, loop, %s(...)) on one that another goroutine runs", name, name)
	if p.decl == nil {
		c.report(call, diag.AwaitAtPackageLevel, fmt.Sprintf("%s, which awaits, is called by its own name in the initial value of a package-level variable: no task is running then", callee.Name()), remedy)
		return
	}
	c.report(call, diag.AwaitOutsideAsync,
		fmt.Sprintf("%s awaits, and %s, which is not async, calls it by its own name: it would block the goroutine, and belong to no loop", callee.Name(), p.decl.Name.Name),
		fmt.Sprintf("%s; or put //coroutine:blocking above %s if it is meant to block its goroutine", remedy, p.decl.Name.Name))
}

// inCoroutineLiteral reports whether cur stands in a literal that is a coroutine, or in one
// inside of that.
func (c *checker) inCoroutineLiteral(cur inspector.Cursor) bool {
	for lit := range cur.Enclosing((*ast.FuncLit)(nil)) {
		if c.makesCoroutine(lit) || c.inLockstep(lit) {
			return true
		}
	}
	return false
}

// inLockstep reports whether the function literal at lit is an operand of rt.Lockstep or one
// of its kind.
func (c *checker) inLockstep(lit inspector.Cursor) bool {
	lit = withParens(lit)
	if lit.ParentEdgeKind() != edge.CallExpr_Args {
		return false
	}
	callee := typeutil.StaticCallee(c.info, lit.Parent().Node().(*ast.CallExpr))
	return callee != nil && callee.Pkg() != nil && callee.Pkg().Path() == marker.RT && strings.HasPrefix(callee.Name(), "Lockstep")
}

// awaits reports whether decl itself awaits anything.
func (c *checker) awaits(decl *ast.FuncDecl) (found bool) {
	if decl.Body == nil {
		return false
	}
	embedded := marker.Literals(c.info, decl)
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok {
			return embedded[lit].Kind >= marker.Embedded
		}
		found = found || n != nil && marker.IsAwait(c.info, n)
		return !found
	})
	return found
}
