package order

// This file finds out, before anything is rewritten, which variables are
// captured by function literals, have their address taken, or are assigned
// after their declaration.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

type facts struct {
	captured, lent, deferred, addr, assigned bool

	inside bool // a function literal assigns it
}

// setFacts tells v what is known of it.
func (o *orderer) setFacts(v *ir.Var) {
	if f := o.facts[v.Obj]; f != nil && v.Obj != nil {
		v.Captured, v.Lent, v.Deferred, v.Addr, v.Assigned = f.captured, f.lent, f.deferred, f.addr, f.assigned
	}
	if v.ByRef { // others assign it as well
		v.Addr, v.Assigned = true, true
	}
}

func (o *orderer) fact(obj *types.Var) *facts {
	f := o.facts[obj]
	if f == nil {
		f = new(facts)
		o.facts[obj] = f
	}
	return f
}

// findFacts fills o.facts, also for the variables that are known already.
func (o *orderer) findFacts(body *ast.BlockStmt) {
	o.facts = map[*types.Var]*facts{}
	var lits []*ast.FuncLit             // around the current node
	atEnd := map[*ast.FuncLit]bool{}    // called by a defer statement
	deferred := map[*ast.FuncLit]bool{} // called by one of the function itself
	var stack []ast.Node
	assigned := func(e ast.Expr) {
		if v := o.root(e); v != nil {
			f := o.fact(v)
			f.assigned = true
			f.inside = f.inside || len(lits) > 0 && !within(v.Pos(), lits[0])
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		if n == nil {
			if lit, ok := stack[len(stack)-1].(*ast.FuncLit); ok && lit == lits[len(lits)-1] {
				lits = lits[:len(lits)-1]
			}
			stack = stack[:len(stack)-1]
			return true
		}
		stack = append(stack, n)
		switch n := n.(type) {
		case *ast.FuncLit:
			lits = append(lits, n)
		case *ast.DeferStmt:
			if lit, ok := ast.Unparen(n.Call.Fun).(*ast.FuncLit); ok {
				atEnd[lit] = true
				deferred[lit] = len(lits) == 0 && !inLoop(stack) && !o.inGotoLoop(n)
			}
		case *ast.Ident:
			obj, ok := o.Info.Uses[n].(*types.Var)
			if !ok || obj.IsField() || len(lits) == 0 || within(obj.Pos(), lits[0]) {
				break
			}
			embedded := func(lit *ast.FuncLit) bool { return o.literals[lit].Kind == marker.Embedded }
			if embedded(lits[0]) && !slices.ContainsFunc(lits, func(lit *ast.FuncLit) bool { return !embedded(lit) && !atEnd[lit] }) {
				o.fact(obj).lent = true // every one of them ends before the function goes on
			} else if deferred[lits[0]] && len(lits) == 1 {
				o.fact(obj).deferred = true
			} else {
				o.fact(obj).captured = true
				if holdsLock(obj.Type()) { // a copy will not do
					o.fact(obj).addr = true
				}
				if deferred[lits[0]] {
					o.fact(obj).deferred = true
				}
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				o.addressed(n.X)
			}
		case *ast.SliceExpr:
			if typeset.Any(o.Info.TypeOf(n.X), isArray) {
				o.addressed(n.X)
			}
		case *ast.SelectorExpr:
			// v.M() with M on *T takes the address of v, unless v is a pointer, to
			// a struct that embeds a T.
			sel := o.Info.Selections[n]
			if sel == nil || sel.Kind() != types.MethodVal || isPointer(sel.Recv()) {
				break
			}
			if recv := sel.Obj().(*types.Func).Signature().Recv(); recv != nil && isPointer(recv.Type()) && !isPointer(o.fieldPath(sel)) {
				o.addressed(n.X)
			}
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				if id, ok := l.(*ast.Ident); ok && n.Tok == token.DEFINE && o.Info.Defs[id] != nil {
					continue
				}
				assigned(l)
			}
		case *ast.IncDecStmt:
			assigned(n.X)
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				if n.Key != nil {
					assigned(n.Key)
				}
				if n.Value != nil {
					assigned(n.Value)
				}
			}
			if n.Tok == token.DEFINE && !o.PerIteration {
				// One variable for all iterations: each assigns it.
				for _, e := range []ast.Expr{n.Key, n.Value} {
					if id, ok := e.(*ast.Ident); ok {
						if v, ok := o.Info.Defs[id].(*types.Var); ok {
							o.fact(v).assigned = true
						}
					}
				}
			}
		case *ast.ReturnStmt:
			// With a deferred literal about, returning values assigns the results.
			if len(lits) == 0 && len(n.Results) > 0 {
				for _, r := range o.fn.Results {
					if r.Obj != nil {
						o.fact(r.Obj).assigned = true
					}
				}
			}
		}
		return true
	})
	for _, v := range o.fn.Vars {
		o.setFacts(v)
	}
}

// inLoop reports whether a loop is among the nodes of stack.
func inLoop(stack []ast.Node) bool {
	for _, n := range stack {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			return true
		}
	}
	return false
}

func within(p token.Pos, n ast.Node) bool { return n.Pos() <= p && p < n.End() }

func isArray(t types.Type) bool {
	_, ok := t.(*types.Array)
	return ok
}

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// fieldPath returns the type that the method of sel is called on, after the
// fields that are promoted on the way.
func (o *orderer) fieldPath(sel *types.Selection) types.Type {
	t := sel.Recv()
	for _, i := range sel.Index()[:len(sel.Index())-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		t = t.Underlying().(*types.Struct).Field(i).Type()
	}
	return t
}

// root returns the variable that e is, or is a part of, nil if it is reached
// through a pointer, a slice or a map.
func (o *orderer) root(e ast.Expr) *types.Var {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if v, ok := o.Info.ObjectOf(e).(*types.Var); ok {
			return v
		}
	case *ast.SelectorExpr:
		sel := o.Info.Selections[e]
		if sel == nil || sel.Kind() != types.FieldVal || sel.Indirect() {
			return nil
		}
		return o.root(e.X)
	case *ast.IndexExpr:
		if typeset.Any(o.Info.TypeOf(e.X), isArray) {
			return o.root(e.X)
		}
	}
	return nil
}

func (o *orderer) addressed(e ast.Expr) {
	if v := o.root(e); v != nil {
		o.fact(v).addr = true
	}
}
