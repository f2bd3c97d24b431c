package unawaited

// This file checks what is stored in variables and fields.

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// stored reports variables and fields in which something to await is stored, and that nothing
// reads.
func (p *pass) stored() {
	sources := make(map[*token.File]bool) // those that this tool did not write
	for _, f := range p.code.Files {
		sources[p.Fset.File(f.Syntax.FileStart)] = true
	}
	var found []*types.Var
	for id, obj := range p.TypesInfo.Defs {
		if v, ok := obj.(*types.Var); ok && sources[p.Fset.File(id.Pos())] {
			found = append(found, v)
		}
	}
	slices.SortFunc(found, func(a, b *types.Var) int { return cmp.Compare(a.Pos(), b.Pos()) })
	puts := p.puts()
	for _, v := range found {
		elem, many := element(v.Type())
		_, async := marker.Awaited(elem)
		local := p.isLocal(v)
		goesOn := isRunning(elem)
		switch {
		case !async || !puts[v] || p.isRead(v):
		case local && many:
			p.report(v, fmt.Sprintf("%s are put into %s, and nothing takes them out: %s", kindOf(elem), v.Name(), fateOf(elem)),
				"await them, with rt.Gather or rt.Wait; or write _ = "+v.Name()+" if that is meant")
		case local && isFuture(elem):
			p.report(v, fmt.Sprintf("%s is set, and nobody awaits it", v.Name()), "await it, or drop it")
		case !local && !goesOn && !v.Exported() && !v.Embedded() && (v.IsField() || v.Parent() == p.Pkg.Scope()):
			p.report(v, fmt.Sprintf("%s are stored in %s, and nothing in the package reads it: %s", kindOf(elem), v.Name(), fateOf(elem)),
				"await them, or start them as tasks")
		}
	}
}

func (p *pass) report(v *types.Var, problem, remedy string) {
	p.Report(analysis.Diagnostic{Pos: v.Pos(), End: v.Pos() + token.Pos(len(v.Name())), Message: problem + "; " + remedy})
}

// element returns the type of the elements of t, a slice, an array or a map, or t itself. many
// says that t has elements.
func element(t types.Type) (elem types.Type, many bool) {
	if _, async := marker.Awaited(t); async {
		return t, false
	}
	switch t := t.Underlying().(type) {
	case *types.Slice:
		return t.Elem(), true
	case *types.Array:
		return t.Elem(), true
	case *types.Map:
		return t.Elem(), true
	}
	return t, false
}

// isRunning reports whether a t goes on if nobody awaits it.
func isRunning(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	_, task := marker.Named(p.Elem(), "TaskOf")
	return task || isFuture(t)
}

func isFuture(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	_, ok = marker.Named(p.Elem(), "Future")
	return ok
}

// kindOf names values of type t.
func kindOf(t types.Type) string {
	switch {
	case isFuture(t):
		return "futures"
	case isRunning(t):
		return "tasks"
	}
	if _, ok := marker.Named(t, "Coroutine"); ok {
		return "coroutines"
	}
	return "operations"
}

// fateOf says what happens to values of type t that nobody awaits.
func fateOf(t types.Type) string {
	if isRunning(t) {
		return "nobody waits for them"
	}
	return "they never run"
}

// puts returns the variables and fields in which something is stored.
func (p *pass) puts() map[*types.Var]bool {
	found := make(map[*types.Var]bool)
	for _, f := range p.code.Files {
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for i, l := range n.Lhs {
					if index, ok := ast.Unparen(l).(*ast.IndexExpr); ok {
						l = index.X
					}
					if len(n.Lhs) != len(n.Rhs) || p.stores(n.Rhs[i]) {
						found[p.code.Variable(l)] = true
					}
				}
			case *ast.ValueSpec:
				for i, id := range n.Names {
					if len(n.Values) > 0 && (len(n.Names) != len(n.Values) || p.stores(n.Values[i])) {
						found[p.code.Variable(id)] = true
					}
				}
			case *ast.KeyValueExpr:
				if p.stores(n.Value) {
					found[p.code.Variable(n.Key)] = true
				}
			case *ast.CompositeLit:
				p.putFields(n, found)
			}
			return true
		})
	}
	return found
}

// putFields records the fields that lit sets without naming them.
func (p *pass) putFields(lit *ast.CompositeLit, found map[*types.Var]bool) {
	t := p.TypesInfo.TypeOf(lit)
	if t == nil {
		return
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i, e := range lit.Elts {
		if _, named := e.(*ast.KeyValueExpr); !named {
			found[st.Field(i).Origin()] = true
		}
	}
}

// stores reports whether an assignment of x stores something: x is neither nil, nor an empty
// slice or map, nor made by make.
func (p *pass) stores(x ast.Expr) bool {
	if p.TypesInfo.Types[x].IsNil() {
		return false
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.CompositeLit:
		_, many := element(p.TypesInfo.TypeOf(x))
		return !many || len(x.Elts) > 0
	case *ast.CallExpr:
		return !p.code.IsBuiltin(x, "make")
	case *ast.SliceExpr:
		return false
	}
	return true
}

// isRead reports whether something reads v, or may do so.
func (p *pass) isRead(v *types.Var) bool {
	return slices.ContainsFunc(p.uses[v], func(u use) bool { return !p.isInert(v, u) })
}

// isInert reports whether a use of v reads nothing of what is stored in v.
func (p *pass) isInert(v *types.Var, u use) bool {
	if u.isAssigned() {
		return true
	}
	x, parent, rest := u.around()
	switch parent := parent.(type) {
	case *ast.KeyValueExpr:
		return parent.Key == x && v.IsField()
	case *ast.IndexExpr:
		// v[i] = x
		if len(rest) == 0 || parent.X != x {
			return false
		}
		assign, ok := rest[len(rest)-1].(*ast.AssignStmt)
		return ok && assign.Tok == token.ASSIGN && slices.Contains(assign.Lhs, ast.Expr(parent))
	case *ast.SelectorExpr:
		name, _ := u.method()
		return isFuture(v.Type()) && (name == "Set" || name == "Fail" || name == "String")
	case *ast.CallExpr:
		switch {
		case p.code.IsBuiltin(parent, "len"), p.code.IsBuiltin(parent, "cap"), p.code.IsBuiltin(parent, "clear"):
			return true
		case p.code.IsBuiltin(parent, "append") && parent.Args[0] == x:
			return p.assigns(rest, parent, v)
		}
	case *ast.SliceExpr:
		return parent.X == x && p.assigns(rest, parent, v) // v = v[:0]
	}
	return false
}

// assigns reports whether x is assigned to v. The nodes of stack are around x.
func (p *pass) assigns(stack []ast.Node, x ast.Expr, v *types.Var) bool {
	if len(stack) == 0 {
		return false
	}
	assign, ok := stack[len(stack)-1].(*ast.AssignStmt)
	if !ok || len(assign.Lhs) != len(assign.Rhs) {
		return false
	}
	i := slices.Index(assign.Rhs, x)
	if i < 0 {
		return false
	}
	return p.code.Variable(assign.Lhs[i]) == v
}
