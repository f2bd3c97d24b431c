// Package detached defines an analyzer that reports contexts which do not end when the await
// that waits for their user is cancelled.
//
// A call on another goroutine cannot be interrupted: a cancelled await of rt.ToThread waits
// until the function has returned. A function that takes a context returns early when the
// context ends, but a context made of context.Background does not end when the await is
// cancelled:
//
//	rt.ToThread(func() (*sql.Rows, error) { return db.QueryContext(context.Background(), q) })
//
// rt.ToThreadContext gives the function a context that does:
//
//	rt.ToThreadContext(func(ctx context.Context) (*sql.Rows, error) { return db.QueryContext(ctx, q) })
//
// The analyzer reports calls of context.Background and context.TODO in the literal that an
// async function, or the literal of a coroutine, gives to rt.ToThread, rt.ToThreadContext or
// rt.RunInExecutor. It reports them outside, too, if the context, or one that is derived from
// it, is in a variable that the literal uses.
//
// Nothing is reported
//
//   - in deferred calls and in the operand of rt.Shield, which no cancellation reaches;
//   - if the function that cancels the context is given to AfterFunc, of package context or of a
//     scope: it ties the context to that scope;
//   - for the operand of context.WithoutCancel, and for arguments of log and log/slog.
//
// # What the analyzer cannot see
//
//   - Contexts that other functions make, also in http.NewRequest, and functions that are given
//     to rt.ToThread by name.
//   - Contexts in fields, and in variables to which something else is assigned, too.
//   - Contexts in calls on the loop: the task cannot be cancelled during such a call. What it
//     blocks is the subject of analyzer blocking.
package detached

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/taskcode"
)

// Analyzer reports contexts that outlast the await that waits for their user.
var Analyzer = &analysis.Analyzer{
	Name: "detached",
	Doc: `report contexts that do not end when the await is cancelled

The detached analyzer reports contexts made of context.Background that a function uses which
rt.ToThread runs: the await cannot end before the function does, and the function does not
learn that the await is cancelled.`,
	URL:      "https://pkg.go.dev/github.com/coroutinegen/coroutinegen/gen/check/detached",
	Requires: []*analysis.Analyzer{taskcode.Analyzer},
	Run:      run,
}

// pass is the state of one pass.
type pass struct {
	*analysis.Pass
	code     *taskcode.Code
	tied     map[*types.Var]bool // functions that are given to AfterFunc
	cancels  map[ast.Expr]*types.Var
	reported map[*ast.CallExpr]bool
}

func run(ap *analysis.Pass) (any, error) {
	p := &pass{Pass: ap, code: taskcode.Of(ap), tied: make(map[*types.Var]bool), cancels: make(map[ast.Expr]*types.Var), reported: make(map[*ast.CallExpr]bool)}
	for _, b := range p.code.Bodies {
		if b.Task {
			p.ties(b)
		}
	}
	for _, b := range p.code.Bodies {
		if b.Task {
			p.threads(b)
		}
	}
	return nil, nil
}

// ties records which contexts b ties to something else, and which function cancels each.
func (p *pass) ties(b *taskcode.Body) {
	ast.Inspect(b.Block, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if len(n.Lhs) == 2 && len(n.Rhs) == 1 {
				p.cancels[ast.Unparen(n.Rhs[0])] = p.code.Variable(n.Lhs[1])
			}
		case *ast.CallExpr:
			if fn := typeutil.StaticCallee(p.TypesInfo, n); fn != nil && fn.Name() == "AfterFunc" {
				for _, arg := range n.Args {
					p.tied[p.code.Variable(arg)] = true
				}
			}
		}
		return true
	})
	delete(p.tied, nil)
}

// threads checks the literals that b gives to other goroutines.
func (p *pass) threads(b *taskcode.Body) {
	p.code.Walk(b.Block, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.DeferStmt:
			return false
		case *ast.CallExpr:
			switch name := marker.FuncOfRT(typeutil.StaticCallee(p.TypesInfo, n)); name {
			case "Shield":
				return false
			case "ToThread", "ToThreadContext", "RunInExecutor":
				if lit, ok := ast.Unparen(n.Args[len(n.Args)-1]).(*ast.FuncLit); ok {
					p.thread(name, lit)
				}
			}
		}
		return true
	})
}

// thread checks lit, the operand of the function of rt with the given name.
func (p *pass) thread(name string, lit *ast.FuncLit) {
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			fn := typeutil.StaticCallee(p.TypesInfo, n)
			if fn == nil || fn.Pkg() == nil {
				return true
			}
			switch path := fn.Pkg().Path(); {
			case path == "log", path == "log/slog", path == "context" && fn.Name() == "WithoutCancel":
				return false
			case isRoot(fn):
				p.report(n, name)
			}
		case *ast.Ident:
			v, ok := p.TypesInfo.Uses[n].(*types.Var)
			if !ok || lit.Pos() <= v.Pos() && v.Pos() < lit.End() {
				return true
			}
			if root := p.rootOf(v); root != nil {
				p.report(root, name)
			}
		}
		return true
	})
}

func (p *pass) report(root *ast.CallExpr, name string) {
	if p.reported[root] {
		return
	}
	p.reported[root] = true
	remedy := "use the context that rt.ToThreadContext gives to its function"
	if name != "ToThread" {
		remedy = fmt.Sprintf("use the context that rt.%s gives to its function", name)
	}
	p.Report(analysis.Diagnostic{Pos: root.Pos(), End: root.End(),
		Message: fmt.Sprintf("this context does not end when the await of rt.%s is cancelled, and the await waits for the function that uses it; %s", name, remedy)})
}

// rootOf returns the call that made the context in v, a variable of a function, directly or
// through other contexts. It returns nil if there is none, or if the context is tied to
// something else.
func (p *pass) rootOf(v *types.Var) *ast.CallExpr {
	if v.Parent() == p.Pkg.Scope() {
		return nil
	}
	call, ok := p.code.Value(v).(*ast.CallExpr)
	for ok {
		fn := typeutil.StaticCallee(p.TypesInfo, call)
		switch {
		case fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "context" || fn.Name() == "WithoutCancel" || p.tied[p.cancels[call]]:
			return nil
		case isRoot(fn):
			return call
		case len(call.Args) == 0:
			return nil
		}
		parent := ast.Unparen(call.Args[0])
		if v := p.code.Variable(parent); v != nil {
			parent = p.code.Value(v)
		}
		call, ok = parent.(*ast.CallExpr)
	}
	return nil
}

// isRoot reports whether fn makes a context that never ends.
func isRoot(fn *types.Func) bool {
	return fn.Pkg().Path() == "context" && slices.Contains([]string{"Background", "TODO"}, fn.Name())
}
