package blocking

// This file finds what may block in a body of code.

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/taskcode"
)

// An event is a place that blocks, or a call of a function of the module, which may block.
type event struct {
	pos, end token.Pos
	callee   types.Object // the function or variable that is called, or nil if the place blocks

	what   string // "time.Sleep"
	does   string // "calls time.Sleep"
	remedy string

	refused bool // check.Analyzer reports it where a task runs it

	channel ast.Expr      // of a send, a receive or a loop
	sends   bool          // it is a send
	call    *ast.CallExpr // of callee, with the operands that callee has
}

// events returns the events of b that no directive silences, in source order.
func (p *pass) events(b *taskcode.Body) []event {
	var found []event
	add := func(n ast.Node, end token.Pos, e event) {
		e.pos, e.end = n.Pos(), end
		if !p.silence.covers(p.Fset, e.pos, e.end) {
			found = append(found, e)
		}
	}
	ops := p.channels.ops(b)
	quiet := make(map[ast.Node]bool) // the operations of cases of select statements
	p.code.Walk(b.Block, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectStmt:
			passes := false
			for _, c := range n.Body.List {
				op := operation(c.(*ast.CommClause).Comm)
				quiet[op] = true
				passes = passes || op == nil || ops.mayPass(op) // nil stands for the default
			}
			if !passes {
				add(n, n.Select+token.Pos(len("select")), event{what: "a select without default", does: "waits in a select", remedy: "await rt.Select instead"})
			}
		case *ast.ExprStmt:
			if receive, ok := ast.Unparen(n.X).(*ast.UnaryExpr); ok && receive.Op == token.ARROW && ops.releases(receive.X) {
				quiet[receive] = true
			}
		case *ast.SendStmt:
			if !quiet[n] && !ops.mayPass(n) {
				add(n, n.End(), event{what: "a send to a channel", does: "sends to a channel", remedy: "await rt.Send instead", channel: n.Chan, sends: true})
			}
		case *ast.UnaryExpr:
			if n.Op == token.ARROW && !quiet[n] && !ops.mayPass(n) {
				add(n, n.End(), event{what: "a receive from a channel", does: "receives from a channel", remedy: "await rt.Receive instead", channel: n.X})
			}
		case *ast.RangeStmt:
			if isChan(p.TypesInfo.TypeOf(n.X)) && !ops.hasValue(n.X) {
				add(n, n.X.End(), event{what: "a loop over a channel", does: "loops over a channel", remedy: "await rt.Receive in the loop instead", channel: n.X})
			}
		case *ast.CallExpr:
			if e, ok := p.call(n); ok {
				add(n, n.End(), e)
			}
		}
		return true
	})
	return found
}

// call returns the event of a call. ok is false if the call cannot block.
func (p *pass) call(call *ast.CallExpr) (e event, ok bool) {
	obj := typeutil.Callee(p.TypesInfo, call)
	fn, isFunc := obj.(*types.Func)
	if !isFunc {
		v, isVar := obj.(*types.Var)
		return event{callee: v, call: call}, isVar && p.code.Body(v) != nil
	}
	fn = fn.Origin()
	if fn.Pkg() == nil {
		return event{}, false // a method of error
	}
	if marker.RunsLoop(fn) {
		name := display(p.TypesInfo, call, fn)
		return event{what: name, does: "calls " + name, refused: true}, true
	}
	if remedy, ok := p.listed(fn); ok && !p.isStandardStream(call) {
		name := display(p.TypesInfo, call, fn)
		return event{what: name, does: "calls " + name, remedy: remedy}, true
	}
	if p.code.IsMethodExpr(call) {
		return event{callee: fn}, true
	}
	return event{callee: fn, call: call}, true
}

// isStandardStream reports whether call is of a method of os.Stdout or os.Stderr. Writes to
// them, as fmt.Println makes them, are not reported.
func (p *pass) isStandardStream(call *ast.CallExpr) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	name := marker.NameIn(ast.Unparen(sel.X))
	v, ok := p.TypesInfo.Uses[name].(*types.Var)
	return ok && v.Pkg() != nil && v.Pkg().Path() == "os" && (v.Name() == "Stdout" || v.Name() == "Stderr")
}

// operation returns the send or the receive of a case of a select statement, or nil for
// the default.
func operation(comm ast.Stmt) ast.Node {
	var x ast.Expr
	switch s := comm.(type) {
	case *ast.SendStmt:
		return s
	case *ast.ExprStmt:
		x = s.X
	case *ast.AssignStmt:
		x = s.Rhs[0]
	default:
		return nil
	}
	return ast.Unparen(x)
}

// isChan reports whether a t is a channel.
func isChan(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Chan)
	return ok
}
