package check

// This file checks calls that block their goroutine.

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

// A blockReason says why a call of a function blocks its goroutine.
type blockReason uint8

const (
	doesNotBlock   blockReason = iota
	markedBlocking             // the function is marked //coroutine:blocking
	callsAsync                 // the function is async and called by its own name
	runsALoop                  // the function belongs to rt and runs a loop, or panics in one
	waitsForValues             // the function is Each of asyncgen
)

// blockReasons returns a function that says why calls of a function block. For a function
// of this package, its mark and its body decide. An async function of another package
// counts as awaiting, whether it awaits or not: it may do so in its next version.
func (c *checker) blockReasons() func(*types.Func) blockReason {
	mine := make(map[*types.Func]blockReason)
	for decl, m := range c.marks {
		fn, ok := c.object(decl)
		switch {
		case !ok:
		case m.blocking:
			mine[fn] = markedBlocking
		case m.async != nil && c.awaits(decl):
			mine[fn] = callsAsync
		}
	}
	others := make(map[*types.Func]blockReason)
	return func(fn *types.Func) blockReason {
		fn = fn.Origin()
		if fn.Pkg() == c.pkg {
			return mine[fn]
		}
		k, known := others[fn]
		if !known {
			switch {
			case marker.RunsLoop(fn):
				k = runsALoop
			case marker.WaitsForValues(fn):
				k = waitsForValues
			case load.IsAsync(c.fset, fn):
				k = callsAsync
			}
			others[fn] = k
		}
		return k
	}
}

// blockingCalls reports calls that block their goroutine. The function called is marked as
// blocking, or it is async but called by its own name, or it runs a loop. An async function
// must not make such a call, except on another goroutine. A function without a directive
// must not call an async function by its own name: most likely the suffix Async was
// forgotten.
func (c *checker) blockingCalls(root inspector.Cursor) {
	reasonOf := c.blockReasons()
	held := c.asyncValues(root, reasonOf)
	for cur := range root.Preorder((*ast.CallExpr)(nil)) {
		call := cur.Node().(*ast.CallExpr)
		callee := typeutil.StaticCallee(c.info, call)
		spelling := written(call.Fun)
		if v, ok := typeutil.Callee(c.info, call).(*types.Var); ok && held[v] != nil {
			callee, spelling = held[v].fn, held[v].spelling
		}
		if callee == nil || c.remedied[call.Pos()] { // the remedy of the compiler's error says the same
			continue
		}
		reason := reasonOf(callee)
		if reason == doesNotBlock {
			continue
		}
		p := c.placeOf(cur)
		around := c.marks[p.decl]
		switch {
		case around != nil && around.async != nil:
			if c.onLoop(cur, p) {
				c.blocksLoop(p.decl, call, callee, reason, spelling)
			}
		case (around == nil || around.pulls()) && reason == callsAsync && !(around != nil && p.coroutine):
			c.calledOutside(cur, p, callee, spelling)
		}
	}
}

// onLoop reports whether the call at cur, at place p of an async function, is made by the
// task that runs the function.
func (c *checker) onLoop(cur inspector.Cursor, p place) bool {
	return cur.ParentEdgeKind() != edge.GoStmt_Call && (!p.in || p.coroutine)
}

// written returns fun, the function of a call, as the user wrote it, without type arguments.
func written(fun ast.Expr) string { return types.ExprString(marker.Unindexed(fun)) }

// nameOf returns the name of fn for a message. A function of another package is named as
// it is spelled.
func (c *checker) nameOf(fn *types.Func, spelling string) string {
	if fn.Pkg() == c.pkg {
		return fn.Name()
	}
	return spelling
}

// blocksLoop reports a call in decl, an async function. The function called is callee, spelled
// as given, and blocks for the given reason.
func (c *checker) blocksLoop(decl *ast.FuncDecl, call ast.Node, callee *types.Func, reason blockReason, spelling string) {
	name, remedy := c.nameOf(callee, spelling), "mark it //coroutine:async instead and await it; or run it beside the loop with rt.ToThread"
	switch {
	case reason == runsALoop && callee.Name() == "RunForever":
		c.report(call, diag.BlockingCall, "RunForever in an async function panics: a loop runs on this goroutine already",
			fmt.Sprintf("start a task of this loop with %s(...); or run another loop on a goroutine of its own with rt.RunLoops and rt.ToThread", c.write(marker.Spawn, call)))
		return
	case reason == runsALoop && callee.Name() == "RunLoops":
		c.report(call, diag.BlockingCall, "rt.RunLoops in an async function blocks the goroutine that runs all tasks until all of its loops have ended",
			"run it beside the loop with rt.ToThread")
		return
	case reason == runsALoop:
		c.report(call, diag.BlockingCall, fmt.Sprintf("rt.%s in an async function panics: it would block the goroutine that runs all tasks", callee.Name()),
			fmt.Sprintf("await its operand: v, err := %s(x)", c.write(marker.Await, call)))
		return
	case reason == waitsForValues:
		c.report(call, diag.BlockingCall, "asyncgen.Each in an async function panics: it would block the goroutine that runs all tasks",
			fmt.Sprintf("write for v := range %s(...), which awaits the values", c.write(marker.Each, call)))
		return
	case reason == callsAsync && c.isAsyncGenerator(callee):
		remedy = fmt.Sprintf("%s is an async generator: take its values in a loop, %s", name, c.loopOver(spelling, call))
		if y := c.yielderOf(decl); y != nil {
			await := marker.AwaitOfYield(c.info.TypeOf(y))
			remedy += fmt.Sprintf("; hand them on with %s(%s.Yield(v)) in it", c.write(await, call), y.Name)
		}
	case reason == callsAsync:
		remedy = fmt.Sprintf("%s is async: await %s(...) instead", name, load.AsyncName(spelling))
	}
	c.report(call, diag.BlockingCall, fmt.Sprintf("%s blocks its goroutine, which in an async function is the goroutine that runs all tasks", name), remedy)
}

// calledOutside reports the call at cur of callee, an async function, by its own name in a
// function that is not marked. Tests may make such calls, to run the source as it is. So may
// literals that are coroutines, because they are not rewritten.
func (c *checker) calledOutside(cur inspector.Cursor, p place, callee *types.Func, spelling string) {
	call := cur.Node()
	if c.inTest(call) {
		return
	}
	if c.inCoroutineLiteral(cur) {
		return
	}
	name := load.AsyncName(spelling)
	what := callee.Name() + " awaits"
	if callee.Pkg() != c.pkg {
		what = spelling + " is async"
	}
	remedy := fmt.Sprintf("run its coroutine: rt.Run(%s(...)) on a loop of its own, or rt.RunThreadsafe(ctx, loop, %s(...)) on one that another goroutine runs", name, name)
	generator := c.isAsyncGenerator(callee)
	if generator {
		remedy = fmt.Sprintf("take its values in an async function, with %s, and run that with rt.Run", c.loopOver(spelling, call))
	}
	if p.decl == nil {
		c.report(call, diag.AwaitAtPackageLevel, fmt.Sprintf("%s, which awaits, is called by its own name in the initial value of a package-level variable: no task is running then", c.nameOf(callee, spelling)), remedy)
		return
	}
	if m := c.marks[p.decl]; m != nil && m.pulls() {
		if !generator {
			remedy = fmt.Sprintf("yield %s(...), and let the async function that takes the values await it", name)
		}
		c.report(call, diag.AwaitOutsideAsync, fmt.Sprintf("%s, and the generator %s calls it by its own name: the call would block the goroutine", what, p.decl.Name.Name),
			remedy)
		return
	}
	if !generator {
		remedy += fmt.Sprintf("; or put //coroutine:blocking above %s if it is meant to block its goroutine", p.decl.Name.Name)
	}
	c.report(call, diag.AwaitOutsideAsync,
		fmt.Sprintf("%s, and %s, which is not async, calls it by its own name: the call would block the goroutine, and belong to no loop", what, p.decl.Name.Name),
		remedy)
}

// isAsyncGenerator reports whether fn is an async generator of this package.
func (c *checker) isAsyncGenerator(fn *types.Func) bool {
	return slices.ContainsFunc(c.marked(), func(decl *ast.FuncDecl) bool {
		obj, ok := c.object(decl)
		return ok && obj == fn.Origin() && c.marks[decl].isAsyncGenerator()
	})
}

// loopOver returns the head of a loop, at the given place, over the values of the async generator
// that is spelled so.
func (c *checker) loopOver(spelling string, at ast.Node) string {
	return fmt.Sprintf("for v := range %s(%s(...), &err)", c.write(marker.Each, at), load.AsyncName(spelling))
}

// yielderOf returns the name of the AsyncYielder of decl, or nil if decl is no async generator.
func (c *checker) yielderOf(decl *ast.FuncDecl) *ast.Ident {
	if m := c.marks[decl]; m == nil || !m.isAsyncGenerator() {
		return nil
	}
	if y := load.AsyncYieldOf(decl); y != nil {
		return y.Name
	}
	return nil
}

// inCoroutineLiteral reports whether cur stands in a literal that is a coroutine, at any
// depth.
func (c *checker) inCoroutineLiteral(cur inspector.Cursor) bool {
	for lit := range cur.Enclosing((*ast.FuncLit)(nil)) {
		if c.makesCoroutine(lit) || c.inLockstep(lit) {
			return true
		}
	}
	return false
}

// inLockstep reports whether the function literal at lit is an operand of
// machine.Lockstep, or of a function whose name begins so.
func (c *checker) inLockstep(lit inspector.Cursor) bool {
	lit = withParens(lit)
	if lit.ParentEdgeKind() != edge.CallExpr_Args {
		return false
	}
	callee := typeutil.StaticCallee(c.info, lit.Parent().Node().(*ast.CallExpr))
	return callee != nil && marker.IsLockstep(callee)
}

// awaits reports whether the body of decl awaits, apart from literals that are not
// rewritten with it.
func (c *checker) awaits(decl *ast.FuncDecl) (found bool) {
	if decl.Body == nil {
		return false
	}
	embedded := marker.Literals(c.info, decl)
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok {
			return embedded[lit].Kind >= marker.Embedded
		}
		found = found || n != nil && marker.Suspends(c.info, n)
		return !found
	})
	return found
}
