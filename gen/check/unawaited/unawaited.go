// Package unawaited defines an analyzer that reports what nobody waits for, or nobody ends.
//
// It reports
//
//   - a slice, array or map, in a local variable, into which coroutines, operations, tasks or
//     futures are put, and which nothing reads: coroutines in it never run, and nobody learns
//     of the errors of tasks;
//   - a field or a variable of the package, not exported, in which coroutines or operations
//     are stored, and which nothing in the package reads;
//   - a future, in a local variable, that is set and never awaited nor handed on;
//   - an rt.TaskGroup that an async function, or the literal of a coroutine, opens and never
//     joins: its tasks are cancelled when the scope around it ends, and nobody waits for them;
//   - an rt.Scope that such code opens and never closes, or does not close on the way to one of
//     its returns: the scope lies around what the caller does next, which a timeout then
//     cancels. In a literal that is started as a task where it stands nothing is reported,
//     because the scopes of a task are closed when it ends.
//
// A coroutine that is dropped where it is made is refused by coroutinegen (AsyncValueDropped),
// and one in a variable that is never used by the compiler. An assignment to _ says that the
// value is dropped on purpose.
//
// # What the analyzer cannot see
//
//   - What becomes of a value that is passed to a function, returned, assigned to another
//     variable or sent to a channel. It counts as awaited, closed or joined. Only a scope that
//     is passed as a context.Context remains open.
//   - A task or a future in a variable of its own. A task that nobody awaits is allowed: it
//     goes on, and its failure is reported to the handler of the loop.
//   - A coroutine that is awaited on some ways only, or overwritten by another one.
//   - Fields and variables that are exported, and fields that are read by reflection.
//   - A variable to which two scopes or groups are assigned.
//   - A scope that a panic leaves open, and a group that is not joined on one of the ways. A
//     group may be left before Join when something fails, and cancels its tasks then.
//   - Scopes and groups that other functions open, for a task that they are given.
//   - A scope inside another one that the same function closes, or inside a group that it
//     joins: it is closed with the outer one.
package unawaited

// This file defines the Analyzer.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/taskcode"
)

// Analyzer reports what nobody waits for, or nobody ends.
var Analyzer = &analysis.Analyzer{
	Name: "unawaited",
	Doc: `report async values that nobody awaits, and scopes and groups that nobody ends

The unawaited analyzer reports coroutines, tasks and futures that are stored where nothing
reads them, task groups that are never joined, and scopes that are not closed.`,
	URL:      "https://pkg.go.dev/github.com/coroutinegen/coroutinegen/gen/check/unawaited",
	Requires: []*analysis.Analyzer{taskcode.Analyzer},
	Run:      run,
}

// pass is the state of one pass.
type pass struct {
	*analysis.Pass
	code *taskcode.Code
	uses map[*types.Var][]use // of the variables and fields that the package declares
}

// A use is an identifier that names a variable, after the nodes around it.
type use struct {
	id    *ast.Ident
	stack []ast.Node
}

func run(ap *analysis.Pass) (any, error) {
	p := &pass{Pass: ap, code: taskcode.Of(ap), uses: make(map[*types.Var][]use)}
	if len(p.code.Bodies) == 0 || !slices.ContainsFunc(ap.Pkg.Imports(), func(p *types.Package) bool { return p.Path() == marker.RT }) && ap.Pkg.Path() != marker.RT {
		return nil, nil
	}
	p.findUses()
	p.openings()
	p.stored()
	return nil, nil
}

// findUses records the uses of variables, in generated files, too.
func (p *pass) findUses() {
	for _, f := range p.Files {
		ast.PreorderStack(f, nil, func(n ast.Node, stack []ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if v, ok := p.TypesInfo.Uses[id].(*types.Var); ok && v.Pkg() == p.Pkg {
					v = v.Origin()
					p.uses[v] = append(p.uses[v], use{id, slices.Clone(stack)})
				}
			}
			return true
		})
	}
}

// around returns the innermost node around the use that is not a parenthesis, and the nodes
// around that one. A field is used by the whole selector.
func (u use) around() (x ast.Expr, parent ast.Node, rest []ast.Node) {
	x = u.id
	for i, n := range slices.Backward(u.stack) {
		switch n := n.(type) {
		case *ast.ParenExpr:
			x = n
			continue
		case *ast.SelectorExpr:
			if n.Sel == x {
				x = n
				continue
			}
		}
		return x, n, u.stack[:i]
	}
	return x, nil, nil
}

// method returns the name of the method that the use selects, and whether there is one.
func (u use) method() (string, bool) {
	x, parent, _ := u.around()
	sel, ok := parent.(*ast.SelectorExpr)
	if !ok || sel.X != x {
		return "", false
	}
	return sel.Sel.Name, true
}

// isAssigned reports whether the use assigns to the variable, and does not read it.
func (u use) isAssigned() bool {
	x, parent, _ := u.around()
	assign, ok := parent.(*ast.AssignStmt)
	return ok && assign.Tok == token.ASSIGN && slices.Contains(assign.Lhs, x)
}

// isLocal reports whether v is declared in a function.
func (p *pass) isLocal(v *types.Var) bool {
	return v.Kind() == types.LocalVar && v.Parent() != p.Pkg.Scope()
}
