package check

// This file checks where awaits stand, and the calls of Self and Spawn.

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// calls checks every use of a function of the annotations package.
func (c *checker) calls(root inspector.Cursor) {
	for cur := range root.Preorder((*ast.Ident)(nil)) {
		id := cur.Node().(*ast.Ident)
		fn, ok := c.info.Uses[id].(*types.Func)
		if !ok || fn.Pkg() == nil || fn.Pkg().Path() != marker.Annotations || fn.Signature().Recv() != nil {
			continue
		}
		what := marker.Func(fn.Name())
		call, ok := callOf(cur)
		switch {
		case what == marker.Each:
			c.each(cur)
		case !what.Awaits():
			if ok && (what == marker.Self || what == marker.Spawn) {
				c.selfInGo(call, what)
			}
		case ok:
			c.await(call, what)
		default:
			c.awaitNotCalled(cur, what)
		}
	}
}

// each checks the place of a mention of Each, and that the call has an error to set.
func (c *checker) each(cur inspector.Cursor) {
	call, ok := callOf(cur)
	if ok {
		c.await(call, marker.Each)
	}
	p := c.placeOf(call)
	m := c.marks[p.decl]
	if m == nil {
		return
	}
	if n, isCall := call.Node().(*ast.CallExpr); isCall && ok && len(n.Args) == 2 && c.info.Types[n.Args[1]].IsNil() {
		c.report(n.Args[1], diag.EachMisplaced, "Each has no error to set: its second argument is nil",
			fmt.Sprintf("give it the address of the result err: %s(%s, &err)", c.write(marker.Each, n), types.ExprString(n.Args[0])))
	}
	if m.async == nil {
		return
	}
	if !ok || withParens(call).ParentEdgeKind() != edge.RangeStmt_X {
		c.report(call.Node(), diag.EachMisplaced, "Each is not the operand of a range statement: only that can wait for the values, and close their source",
			fmt.Sprintf("write for v := range %s(g, &err) { ... }", c.write(marker.Each, cur.Node())))
	}
}

// callOf returns the call of the function that the identifier at cur names, and
// whether there is one. The forms f(x), co.f(x), co.f[T](x) and (co.f)(x) are calls.
// If there is none, callOf returns the whole expression that names the function.
func callOf(cur inspector.Cursor) (inspector.Cursor, bool) {
	for {
		parent := cur.Parent()
		switch cur.ParentEdgeKind() {
		case edge.SelectorExpr_Sel, edge.IndexExpr_X, edge.IndexListExpr_X, edge.ParenExpr_X:
			cur = parent
		case edge.CallExpr_Fun:
			return parent, true
		default:
			return cur, false
		}
	}
}

// place is where in the program a call stands.
type place struct {
	decl *ast.FuncDecl // the declared function around the call, nil at package level
	// lit is the innermost function literal around the call. A literal that is
	// called where it stands does not count: it runs with the code around it.
	lit       inspector.Cursor
	in        bool // lit exists
	coroutine bool // lit is the operand of Async
	deferred  bool // a defer statement calls the literal around the call
}

func (c *checker) placeOf(cur inspector.Cursor) place {
	var p place
	for around := range cur.Enclosing((*ast.FuncLit)(nil), (*ast.FuncDecl)(nil)) {
		switch n := around.Node().(type) {
		case *ast.FuncLit:
			if p.in {
				continue
			}
			if runsWithin(around) {
				_, isDefer := statement(around).(*ast.DeferStmt)
				p.deferred = p.deferred || isDefer
				continue
			}
			p.lit, p.in = around, true
			p.coroutine = c.makesCoroutine(around)
		case *ast.FuncDecl:
			p.decl = n
		}
	}
	return p
}

// runsWithin reports whether the function literal at lit is called where it
// stands, at once or by a defer statement, but not by a go statement.
func runsWithin(lit inspector.Cursor) bool {
	_, ok := callOf(lit)
	_, isGo := statement(lit).(*ast.GoStmt)
	return ok && !isGo
}

// makesCoroutine reports whether the function literal at lit is the operand of
// Async.
func (c *checker) makesCoroutine(lit inspector.Cursor) bool {
	cur := withParens(lit)
	if cur.ParentEdgeKind() != edge.CallExpr_Args {
		return false
	}
	return marker.LiteralOf(c.info, cur.Parent().Node().(*ast.CallExpr)) == lit.Node()
}

// await checks the place of one await.
func (c *checker) await(call inspector.Cursor, what marker.Func) {
	at := call.Node()
	p := c.placeOf(call)
	m := c.marks[p.decl]
	switch {
	case (p.coroutine || p.in && c.inCoroutineLiteral(call)) && (m == nil || m.async == nil && m.generator == nil):
		// The literal is not rewritten, so its awaits may stand anywhere.
	case p.decl == nil:
		c.report(at, diag.AwaitAtPackageLevel, fmt.Sprintf("%s in the initial value of a package-level variable: no task is running then", what),
			"move it into an async function that main runs with rt.Run")
	case m == nil && what == marker.Each:
		c.eachOutside(at, p)
	case m == nil && p.in:
		c.report(at, diag.AwaitOutsideAsync, fmt.Sprintf("%s in a function literal of %s, which is not async", what, p.decl.Name.Name),
			c.literalRemedy(p.lit)+c.outsideRemedy(p))
	case m == nil && c.isGoTest(p.decl):
		c.report(at, diag.AwaitOutsideAsync, fmt.Sprintf("%s in %s, which go test calls", what, p.decl.Name.Name),
			fmt.Sprintf("put what awaits into an async function, and %s; or put //coroutine:blocking above %s if it is meant to block its goroutine", c.testRemedy(at), p.decl.Name.Name))
	case m == nil:
		c.report(at, diag.AwaitOutsideAsync, fmt.Sprintf("%s in %s, which is not async", what, p.decl.Name.Name),
			"put //coroutine:async above the function; "+c.generatorToo(p.decl)+"or //coroutine:blocking if it is meant to block its goroutine until the result is there; a goroutine that runs no loop, such as that of an http handler, calls rt.RunThreadsafe with a coroutine instead")
	case m.pulls() && !p.coroutine:
		c.report(at, diag.AwaitOutsideAsync, fmt.Sprintf("%s in %s, which is a generator and not async", what, p.decl.Name.Name),
			"put //coroutine:async above it as well, and give it a parameter "+c.write("AsyncYielder", at)+"[Out, In]; or yield what is to be awaited, and let the async function that takes the values await it")
	case m.async == nil && m.generator == nil:
		// The function blocks on purpose, or its directive was refused.
	case p.in && !p.coroutine:
		c.awaitInLiteral(at, p.lit, what)
	default:
		c.awaitInStatement(call, what)
	}
}

// eachOutside reports Each in a function that is not marked. The directive blocking would not help:
// on a goroutine without a loop, an async generator belongs to no loop.
func (c *checker) eachOutside(at ast.Node, p place) {
	where, run := p.decl.Name.Name, "run that with rt.Run"
	switch {
	case c.isGoTest(p.decl):
		run = "run that in the test: rttest.Run(t, nameAsync(t))"
		where += ", which go test calls"
	case p.in:
		where = fmt.Sprintf("a function literal of %s, which is not async", where)
	default:
		where += ", which is not async"
	}
	c.report(at, diag.AwaitOutsideAsync, "Each in "+where, "move the loop into an async function, and "+run)
}

// generatorToo returns a remedy for decl, which is not marked and has an AsyncYielder, or "" if it
// has none. It ends with a semicolon and a space.
func (c *checker) generatorToo(decl *ast.FuncDecl) string {
	fn, ok := c.object(decl)
	if !ok {
		return ""
	}
	for v := range fn.Signature().Params().Variables() {
		if marker.YielderOf(v.Type()) == "AsyncYielder" {
			return fmt.Sprintf("and //coroutine:generator as well, if %s is to range over its values; ", c.write(marker.Each, decl))
		}
	}
	return ""
}

// inTest reports whether n stands in a _test.go file.
func (c *checker) inTest(n ast.Node) bool {
	return load.IsTest(c.fset.PositionFor(n.Pos(), false).Filename)
}

// outsideRemedy returns further remedies for an await at p, in a literal of a function
// that is not async.
func (c *checker) outsideRemedy(p place) string {
	remedy := fmt.Sprintf("; or put //coroutine:blocking above %s if it is meant to block its goroutine", p.decl.Name.Name)
	if c.foreignCall(p.lit) == "" {
		remedy += "; one that runs no loop, such as that of an http handler, calls rt.RunThreadsafe with a coroutine instead"
	}
	return remedy
}

// awaitInLiteral reports an await in a function literal of an async function.
func (c *checker) awaitInLiteral(at ast.Node, lit inspector.Cursor, what marker.Func) {
	if _, isGo := statement(lit).(*ast.GoStmt); isGo {
		c.awaitInGo(at, what, "in the function of a go statement", c.literalRemedy(lit))
		return
	}
	c.report(at, diag.AwaitInClosure, fmt.Sprintf("%s in a function literal, whose callers do not await it", what), c.literalRemedy(lit)+c.threadRemedy(lit))
}

// threadRemedy returns a further remedy for an await in the literal at lit, which a library
// may call, or "" if another goroutine calls it already.
func (c *checker) threadRemedy(lit inspector.Cursor) string {
	if t := c.info.TypeOf(lit.Node().(*ast.FuncLit)); t != nil && isIterator(t) {
		return ""
	}
	for around := range lit.Enclosing((*ast.FuncLit)(nil)) {
		arg := withParens(around)
		if call, ok := arg.Parent().Node().(*ast.CallExpr); ok && arg.ParentEdgeKind() == edge.CallExpr_Args && runsOnGoroutine(typeutil.StaticCallee(c.info, call)) {
			return ""
		}
	}
	if c.foreignCall(lit) != "" {
		return "; or do the whole call with rt.ToThread"
	}
	return "; or, if a library calls it, do the whole call with rt.ToThread"
}

// spawnRemedy returns the remedy for an await, at the given place, that a go statement
// evaluates.
func (c *checker) spawnRemedy(at ast.Node) string {
	return fmt.Sprintf("start a task with %s(...)", c.write(marker.Spawn, at))
}

// write returns f, a function of package annotations, as the file writes it that contains at.
func (c *checker) write(f marker.Func, at ast.Node) string { return f.In(c.fileAt(at.Pos())) }

// awaitInGo reports an await at the given place of a go statement.
func (c *checker) awaitInGo(at ast.Node, what marker.Func, place, remedy string) {
	c.report(at, diag.AwaitInGo, fmt.Sprintf("%s %s: nothing can suspend there, the new goroutine runs no task", what, place), remedy)
}

// literalRemedy returns the remedy for an await in the function literal at lit.
func (c *checker) literalRemedy(lit inspector.Cursor) string {
	if _, isGo := statement(lit).(*ast.GoStmt); isGo {
		return c.spawnRemedy(lit.Node()) + "; or call a declared function marked //coroutine:blocking"
	}
	if t := c.info.TypeOf(lit.Node().(*ast.FuncLit)); t != nil && isIterator(t) {
		return "an iterator is called by loops, which do not await it: let a task put the values into a queues.Queue, and await Get where they are wanted"
	}
	if name := c.foreignCall(lit); name != "" {
		return name + " calls the literal and does not await it: declare an async function, and where the literal runs on a goroutine of its own, as an http handler does, call rt.RunThreadsafe(ctx, loop, nameAsync(...)) in it; else await before the literal, or after it"
	}
	return fmt.Sprintf("let the literal return a coroutine: func(...) rt.Coroutine[T] { return %s(func() (T, error) { ... }) }", c.write(marker.Async, lit.Node()))
}

// foreignCall returns the name of the function of another package that takes the literal
// at lit as an argument, or "" if there is none. The user cannot change the type that such
// a function wants. A function that wants a literal which returns a coroutine does not
// count.
func (c *checker) foreignCall(lit inspector.Cursor) string {
	lit = withParens(lit)
	call := lit.Parent()
	if lit.ParentEdgeKind() == edge.CallExpr_Args && c.info.Types[call.Node().(*ast.CallExpr).Fun].IsType() {
		return c.foreignCall(call) // http.HandlerFunc(func...)
	}
	if lit.ParentEdgeKind() != edge.CallExpr_Args {
		return ""
	}
	callee, ok := typeutil.Callee(c.info, call.Node().(*ast.CallExpr)).(*types.Func)
	if !ok || callee.Pkg() == nil || callee.Pkg() == c.pkg {
		return ""
	}
	if sig, ok := c.info.TypeOf(lit.Node().(ast.Expr)).Underlying().(*types.Signature); ok {
		for v := range sig.Results().Variables() {
			if isExpr(v.Type()) {
				return ""
			}
		}
	}
	return callee.Pkg().Name() + "." + callee.Name()
}

// isIterator reports whether a loop can range over a function of type t.
func isIterator(t types.Type) bool {
	sig, ok := t.Underlying().(*types.Signature)
	if !ok || sig.Params().Len() != 1 || sig.Results().Len() != 0 {
		return false
	}
	yield, ok := sig.Params().At(0).Type().Underlying().(*types.Signature)
	if !ok || yield.Params().Len() > 2 || yield.Results().Len() != 1 {
		return false
	}
	basic, ok := yield.Results().At(0).Type().Underlying().(*types.Basic)
	return ok && basic.Kind() == types.Bool
}

// withParens returns the expression at cur with all parentheses around it.
func withParens(cur inspector.Cursor) inspector.Cursor {
	for cur.ParentEdgeKind() == edge.ParenExpr_X {
		cur = cur.Parent()
	}
	return cur
}

// statement returns the defer or go statement whose call is of the function literal
// at lit, or nil if there is none.
func statement(lit inspector.Cursor) ast.Node {
	lit = withParens(lit)
	if lit.ParentEdgeKind() != edge.CallExpr_Fun {
		return nil
	}
	call := lit.Parent()
	switch call.ParentEdgeKind() {
	case edge.DeferStmt_Call, edge.GoStmt_Call:
		return call.Parent().Node()
	}
	return nil
}

// awaitInStatement reports an await that stands directly in an async function
// at a place where it cannot be rewritten.
func (c *checker) awaitInStatement(call inspector.Cursor, what marker.Func) {
	at := call.Node()
	switch call.ParentEdgeKind() {
	case edge.GoStmt_Call:
		c.awaitInGo(at, what, "as the call of a go statement", c.spawnRemedy(at))
		return
	}
	for cur := range call.Enclosing() {
		switch n := cur.Node().(type) {
		case *ast.FuncDecl:
			return
		case *ast.FuncLit:
			if c.makesCoroutine(cur) {
				return
			}
		case ast.Expr:
			if tv, ok := c.info.Types[n]; ok && tv.Value != nil {
				c.report(at, diag.AwaitNotEvaluated, fmt.Sprintf("%s in a constant expression, which is never evaluated", what),
					"await into a variable first")
				return
			}
		}
	}
}

// awaitNotCalled reports an await function that is used as a value.
func (c *checker) awaitNotCalled(cur inspector.Cursor, what marker.Func) {
	if m := c.marks[c.placeOf(cur).decl]; m != nil && m.async == nil && m.generator == nil {
		return
	}
	c.report(cur.Node(), diag.AwaitNotCalled, fmt.Sprintf("%s is not called: as a value it could only block the goroutine that calls it", what),
		"call it where the result is needed")
}

// selfInGo reports Self and Spawn in a function that an async function starts on another
// goroutine: they would refer to a task that does not run there.
func (c *checker) selfInGo(call inspector.Cursor, what marker.Func) {
	p := c.placeOf(call)
	if m := c.marks[p.decl]; m == nil || m.async == nil {
		return
	}
	if call.ParentEdgeKind() == edge.GoStmt_Call {
		c.report(call.Node(), diag.SelfInGo, fmt.Sprintf("%s as the call of a go statement: no task runs on the new goroutine", what),
			"call it without go")
		return
	}
	if !p.in {
		return
	}
	for around := range call.Enclosing((*ast.FuncLit)(nil)) {
		if c.makesCoroutine(around) {
			return // the coroutine runs in a task
		}
		if where := c.goroutineOf(around); where != "" {
			c.report(call.Node(), diag.SelfInGo, fmt.Sprintf("%s in a function that %s runs on another goroutine: no task runs there", what, where),
				"call it outside that function; or hand the work back to the loop with CallSoonThreadsafe")
			return
		}
	}
}
