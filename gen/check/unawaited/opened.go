package unawaited

// This file checks scopes and task groups.

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/cfg"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/taskcode"
)

// An opening is a call that opens a scope or a group, and the variable that holds the result.
type opening struct {
	call  *ast.CallExpr
	group bool
	stmt  ast.Stmt
	v     *types.Var // nil if the result is dropped
	body  *taskcode.Body
}

// openings checks the scopes and groups that tasks open in the package.
func (p *pass) openings() {
	spawned := p.spawned()
	for _, b := range p.code.Bodies {
		if !b.Task {
			continue
		}
		var found []opening
		p.code.Walk(b.Block, func(n ast.Node) bool {
			if o, ok := p.opening(n); ok && (o.group || !spawned[b.Lit]) {
				o.body = b
				found = append(found, o)
			}
			return true
		})
		var ended []opening // those that the body closes or joins
		for _, o := range found {
			if o.v == nil {
				p.reportOpening(o, fmt.Sprintf("the %s that is opened here is dropped", o.what()))
				continue
			}
			switch ends, escapes := p.fate(o); {
			case escapes:
			case ends:
				ended = append(ended, o)
				if !o.group && !within(o, ended) {
					p.everyWay(o)
				}
			case o.group || !within(o, ended):
				p.reportOpening(o, fmt.Sprintf("%s is never %s", o.v.Name(), o.end()))
			}
		}
	}
}

// spawned returns the literals of coroutines that are tasks of their own. The scopes of a task
// are closed when it ends.
func (p *pass) spawned() map[*ast.FuncLit]bool {
	found := make(map[*ast.FuncLit]bool)
	for _, f := range p.code.Files {
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !p.startsTasks(call) {
				return true
			}
			for _, arg := range call.Args {
				if made, ok := ast.Unparen(arg).(*ast.CallExpr); ok {
					if lit := marker.LiteralOf(p.TypesInfo, made); lit != nil {
						found[lit] = true
					}
				}
			}
			return true
		})
	}
	return found
}

// startsTasks reports whether call starts its operands as tasks.
func (p *pass) startsTasks(call *ast.CallExpr) bool {
	if marker.Callee(p.TypesInfo, call) == marker.Spawn {
		return true
	}
	fn := typeutil.StaticCallee(p.TypesInfo, call)
	if fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == marker.RT+"/rttest" {
		return strings.HasPrefix(fn.Name(), "Run")
	}
	name := cmp.Or(marker.FuncOfRT(fn), marker.MethodOfRT(fn))
	return marker.RunsLoop(fn) || strings.HasPrefix(name, "Spawn") || strings.HasPrefix(name, "Start") ||
		slices.Contains([]string{"Gather", "Gather2", "Race", "StaggeredRace", "AsCompleted"}, name)
}

// opening returns the opening that the statement n is.
func (p *pass) opening(n ast.Node) (o opening, ok bool) {
	var value ast.Expr
	switch n := n.(type) {
	case *ast.ExprStmt:
		o.stmt, value = n, n.X
	case *ast.AssignStmt:
		if len(n.Lhs) != 1 || len(n.Rhs) != 1 || n.Tok != token.DEFINE {
			return o, false
		}
		o.stmt, value = n, n.Rhs[0]
		if id, ok := n.Lhs[0].(*ast.Ident); ok {
			o.v, _ = p.TypesInfo.Defs[id].(*types.Var)
		}
		if o.v == nil {
			return o, false
		}
	default:
		return o, false
	}
	o.call, ok = ast.Unparen(value).(*ast.CallExpr)
	if !ok {
		return o, false
	}
	switch marker.MethodOfRT(typeutil.StaticCallee(p.TypesInfo, o.call)) {
	case "OpenScope", "OpenTimeout", "OpenTimeoutAt", "OpenShield", "OpenContext":
	case "OpenGroup", "OpenSupervisor":
		o.group = true
	default:
		return o, false
	}
	return o, true
}

func (o opening) what() string {
	if o.group {
		return "task group"
	}
	return "scope"
}

func (o opening) end() string {
	if o.group {
		return "joined"
	}
	return "closed"
}

func (p *pass) reportOpening(o opening, problem string) {
	why, remedy := "it lies around whatever this task does next", "defer its Close"
	if o.group {
		why, remedy = "nobody waits for its tasks", "await its Join"
	}
	p.Report(analysis.Diagnostic{Pos: o.call.Pos(), End: o.call.End(), Message: fmt.Sprintf("%s: %s; %s", problem, why, remedy)})
}

// within reports whether o is opened while another one is open that the same body ends.
func within(o opening, ended []opening) bool {
	return slices.ContainsFunc(ended, func(e opening) bool { return e.call.Pos() < o.call.Pos() })
}

// fate says what becomes of the variable of o: whether something ends what it holds, and
// whether it may be ended elsewhere.
func (p *pass) fate(o opening) (ends, escapes bool) {
	for _, u := range p.uses[o.v] {
		switch p.useOf(o, u) {
		case ending:
			ends = true
		case escaping:
			escapes = true
		}
	}
	return ends, escapes
}

type effect uint8

const (
	harmless effect = iota // the scope or group remains as it is
	ending
	escaping
)

// useOf returns the effect of a use of the variable of o.
func (p *pass) useOf(o opening, u use) effect {
	x, parent, rest := u.around()
	if name, ok := u.method(); ok {
		switch {
		case name == "Close" || name == "Join":
			return ending
		case o.group && name == "Scope":
			return scopeOfGroup(rest)
		}
		return harmless
	}
	call, ok := parent.(*ast.CallExpr)
	if !ok {
		return escaping
	}
	i := slices.Index(call.Args, x)
	if i < 0 {
		return escaping
	}
	if name := marker.FuncOfRT(typeutil.StaticCallee(p.TypesInfo, call)); o.group && (name == "SpawnIn" || name == "StartIn") {
		return harmless
	}
	if sig, ok := p.TypesInfo.TypeOf(call.Fun).(*types.Signature); ok && !o.group && i < sig.Params().Len() && isContext(sig.Params().At(i).Type()) {
		return harmless
	}
	return escaping
}

// scopeOfGroup returns the effect of g.Scope. The nodes of stack are around the selector.
func scopeOfGroup(stack []ast.Node) effect {
	if len(stack) < 2 {
		return escaping
	}
	if _, ok := stack[len(stack)-1].(*ast.CallExpr); !ok {
		return escaping
	}
	if sel, ok := stack[len(stack)-2].(*ast.SelectorExpr); ok && sel.Sel.Name != "Close" {
		return harmless
	}
	return escaping
}

func isContext(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "context" && n.Obj().Name() == "Context"
}

// everyWay reports a scope that is not closed on the way to one of the returns. The function
// closes it somewhere.
func (p *pass) everyWay(o opening) {
	block := p.blockAround(o)
	ends := func(n ast.Node) bool {
		found := false
		ast.Inspect(n, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && p.TypesInfo.Uses[id] == o.v {
				i := slices.IndexFunc(p.uses[o.v], func(u use) bool { return u.id == id })
				found = found || i >= 0 && p.useOf(o, p.uses[o.v][i]) == ending
			}
			return !found
		})
		return found
	}
	graph := p.code.Flow(block)
	seen := make(map[*cfg.Block]bool)
	var leak ast.Node
	var follow func(at *cfg.Block, from int)
	follow = func(at *cfg.Block, from int) {
		for _, n := range at.Nodes[from:] {
			if ends(n) || leak != nil {
				return
			}
			if n == o.stmt {
				leak = n
				return
			}
		}
		if r := at.Return(); r != nil {
			leak = r
			return
		}
		for _, next := range at.Succs {
			if !seen[next] {
				seen[next] = true
				follow(next, 0)
			}
		}
	}
	for _, at := range graph.Blocks {
		if i := slices.IndexFunc(at.Nodes, func(n ast.Node) bool { return n == o.stmt }); i >= 0 {
			follow(at, i+1)
		}
	}
	switch {
	case leak == nil:
	case leak == o.stmt:
		p.reportOpening(o, fmt.Sprintf("%s is not closed on one way round the loop", o.v.Name()))
	default:
		p.reportOpening(o, fmt.Sprintf("%s is not closed on the way to the return in line %d", o.v.Name(), p.Fset.Position(leak.Pos()).Line))
	}
}

// blockAround returns the body of the innermost function around o, which may be a literal that
// is called where it stands.
func (p *pass) blockAround(o opening) *ast.BlockStmt {
	block := o.body.Block
	p.code.Walk(block, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok && lit.Pos() <= o.call.Pos() && o.call.End() <= lit.End() {
			block = lit.Body
		}
		return true
	})
	return block
}
