package order

// This file deals with calls of interface methods for which gc knows the type of the receiver.
// gc calls the method of that type, of x.(T) in place of x
// (cmd/compile/internal/devirtualize/devirtualize.go). It reads x before the arguments then,
// unless an interface holds a T directly, because x.(T) is an event. Otherwise gc reads x after
// the arguments.

import (
	"go/ast"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

// methodReceiver returns the receiver of call if call calls a method of an interface, or nil.
func (o *orderer) methodReceiver(call *ast.CallExpr) ast.Expr {
	x, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	sel := o.Info.Selections[x]
	if sel == nil || sel.Kind() != types.MethodVal || len(sel.Index()) > 1 || !isInterface(sel.Recv()) || typeset.DependsOnParam(sel.Recv()) {
		return nil
	}
	return x.X
}

// isCopied reports whether gc knows that the receiver e of a call has a type for which it reads
// e before the arguments. For that, e must be a conversion: gc does not know the type of a
// variable in every case. See checkReceiver.
func (o *orderer) isCopied(e ast.Expr) bool {
	if e == nil {
		return false
	}
	for {
		x, ok := ast.Unparen(e).(*ast.CallExpr)
		if !ok || !o.isType(x.Fun) || !isInterface(o.Info.TypeOf(x)) {
			return false
		}
		e = x.Args[0]
		if t := o.Info.TypeOf(e); !types.IsInterface(t) {
			return !o.Info.Types[e].IsNil() && !typeset.IsDirect(types.Default(t))
		}
	}
}

// checkReceiver refuses call if its receiver is a variable that gc reads before or after the
// arguments: gc knows the type of the variable or not, and a call among the arguments may assign
// the variable.
func (r *registers) checkReceiver(call *ast.CallExpr) {
	e := r.methodReceiver(call)
	if e == nil {
		return
	}
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return
	}
	v, ok := r.Info.Uses[id].(*types.Var)
	if !ok || !r.isLocal(v) || !r.assignedInside[v] || r.isVerbatim(v) {
		return
	}
	if t := r.concreteType(e, map[*types.Var]bool{}); t == nil || typeset.IsDirect(t) {
		return
	}
	for _, a := range call.Args {
		if found := r.assigningCall(a, v); found != nil {
			r.refuse(e, diag.OrderUncertain,
				"gc reads "+v.Name()+" before or after "+callName(found)+", which may assign it: that depends on whether gc knows the type of the value",
				"make the call in a statement of its own, or copy "+v.Name()+" to another variable before this statement")
			return
		}
	}
}

// assigningCall returns a call in e that may assign v, or nil. If a literal that assigns v
// escapes, any call may.
func (r *registers) assigningCall(e ast.Expr, v *types.Var) (found *ast.CallExpr) {
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			if found == nil && !r.isType(n.Fun) && (r.memory[v] || r.mayAssign(n, v)) {
				found = n
			}
		}
		return found == nil
	})
	return found
}

// concreteType returns the type of the values that e has, if e is of an interface type and gc may
// know that all of them have this type. Otherwise it returns nil.
func (r *registers) concreteType(e ast.Expr, seen map[*types.Var]bool) types.Type {
	e = ast.Unparen(e)
	t := r.Info.TypeOf(e)
	if t == nil || r.Info.Types[e].IsNil() {
		return nil
	}
	if !types.IsInterface(t) {
		return types.Default(t)
	}
	switch x := e.(type) {
	case *ast.CallExpr:
		if r.isType(x.Fun) {
			return r.concreteType(x.Args[0], seen)
		}
	case *ast.TypeAssertExpr:
		return r.concreteType(x.X, seen)
	case *ast.Ident:
		if v, ok := r.Info.Uses[x].(*types.Var); ok && !seen[v] {
			seen[v] = true
			return r.valuesType(v, seen)
		}
	}
	return nil
}

// valuesType returns the type of the values that v is assigned, if gc may know it. gc knows it
// if all assignments are those of one type. A function that gc inlines may return one, too.
func (r *registers) valuesType(v *types.Var, seen map[*types.Var]bool) (t types.Type) {
	if r.addressed[v] || !r.isLocal(v) {
		return nil
	}
	for _, e := range r.values[v] {
		if e == nil {
			return nil // a parameter, or one of several results
		}
		if r.Info.Types[e].IsNil() {
			continue
		}
		u := r.concreteType(e, seen)
		if call, ok := ast.Unparen(e).(*ast.CallExpr); u == nil && ok && !r.isType(call.Fun) {
			continue
		}
		if u == nil || t != nil && !types.Identical(t, u) {
			return nil
		}
		t = u
	}
	return t
}

// findValues finds what the variables of decl are assigned, and which of them a function literal
// assigns.
func (r *registers) findValues(decl *ast.FuncDecl) {
	r.addValues(decl.Body)
	for _, lit := range r.lits {
		for _, obj := range r.usesOf(lit).order {
			if v, ok := obj.(*types.Var); ok && r.usesOf(lit).vars[v].assigned {
				r.assignedInside[v] = true
			}
		}
	}
}

func (r *registers) addValues(root ast.Node) {
	add := func(l, e ast.Expr) {
		if id, ok := ast.Unparen(l).(*ast.Ident); ok {
			if v, ok := r.Info.ObjectOf(id).(*types.Var); ok {
				r.values[v] = append(r.values[v], e)
			}
		}
	}
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				if len(n.Lhs) == len(n.Rhs) {
					add(l, n.Rhs[i])
				} else {
					add(l, nil)
				}
			}
		case *ast.ValueSpec:
			for i, id := range n.Names {
				switch len(n.Values) {
				case 0: // nil
				case len(n.Names):
					add(id, n.Values[i])
				default:
					add(id, nil)
				}
			}
		case *ast.RangeStmt:
			for _, e := range []ast.Expr{n.Key, n.Value} {
				if e != nil {
					add(e, nil)
				}
			}
		case *ast.Field: // a parameter
			for _, id := range n.Names {
				add(id, nil)
			}
		}
		return true
	})
}
