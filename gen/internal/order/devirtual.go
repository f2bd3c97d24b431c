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
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
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
	switch r.parents[call].(type) {
	case *ast.GoStmt, *ast.DeferStmt:
		return // gc calls the method of the interface
	}
	e = ast.Unparen(e)
	for {
		x, ok := e.(*ast.CallExpr)
		if !ok || !r.isType(x.Fun) {
			break
		}
		e = ast.Unparen(x.Args[0]) // gc looks through conversions
	}
	id, ok := e.(*ast.Ident)
	if !ok {
		return
	}
	v, ok := r.Info.Uses[id].(*types.Var)
	if !ok || !types.IsInterface(v.Type()) || !r.isLocal(v) || !r.assignedInside[v] || r.isVerbatim(v) {
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

// someType stands for a type that gc knows if it inlines the function that returns the value.
var someType types.Type = types.Typ[types.Invalid]

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
		switch {
		case r.isType(x.Fun):
			return r.concreteType(x.Args[0], seen)
		case r.callsInlinable(x, seen):
			return someType
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
// if all assignments are those of one type.
func (r *registers) valuesType(v *types.Var, seen map[*types.Var]bool) (t types.Type) {
	if r.addressed[v] || !r.isLocal(v) {
		return nil
	}
	for _, x := range r.values[v] {
		u := x.typ
		switch {
		case x.expr == nil:
			if u != nil && types.IsInterface(u) && x.call != nil && r.callsInlinable(x.call, seen) {
				u = someType
			}
			if u == nil || types.IsInterface(u) && u != someType {
				return nil
			}
		case r.Info.Types[x.expr].IsNil() || r.isVisited(x.expr, seen):
			continue // nil, or what another assignment says
		default:
			u = r.concreteType(x.expr, seen)
		}
		switch {
		case u == nil:
			return nil
		case t == nil || t == someType:
			t = u
		case u != someType && !types.Identical(t, u):
			return nil
		}
	}
	return t
}

// isVisited reports whether e is a variable in seen.
func (r *registers) isVisited(e ast.Expr, seen map[*types.Var]bool) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return false
	}
	v, ok := r.Info.Uses[id].(*types.Var)
	return ok && seen[v]
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

// A value is what a variable is assigned: an expression, or one of several results, of type typ.
// Without both it is a parameter.
type value struct {
	expr ast.Expr
	typ  types.Type
	call *ast.CallExpr // the call that returns the result, if it is one
}

func (r *registers) addValues(root ast.Node) {
	add := func(l ast.Expr, x value) {
		if id, ok := ast.Unparen(l).(*ast.Ident); ok {
			if v, ok := r.Info.ObjectOf(id).(*types.Var); ok {
				r.values[v] = append(r.values[v], x)
			}
		}
	}
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				if len(n.Lhs) == len(n.Rhs) {
					add(l, value{expr: n.Rhs[i]})
				} else {
					add(l, r.result(n.Rhs[0], i))
				}
			}
		case *ast.ValueSpec:
			for i, id := range n.Names {
				switch len(n.Values) {
				case 0: // nil
				case len(n.Names):
					add(id, value{expr: n.Values[i]})
				default:
					add(id, r.result(n.Values[0], i))
				}
			}
		case *ast.RangeStmt:
			for i, e := range []ast.Expr{n.Key, n.Value} {
				if e != nil {
					add(e, value{typ: r.iterated(n, i)})
				}
			}
		case *ast.TypeSwitchStmt:
			if s, ok := n.Assign.(*ast.AssignStmt); ok {
				x := s.Rhs[0].(*ast.TypeAssertExpr).X
				for _, c := range n.Body.List {
					if v, ok := r.Info.Implicits[c].(*types.Var); ok {
						r.values[v] = append(r.values[v], value{expr: x})
					}
				}
			}
		case *ast.Field: // a parameter
			for _, id := range n.Names {
				add(id, value{})
			}
		}
		return true
	})
}

// result returns the result with index i of e, which has several.
func (r *registers) result(e ast.Expr, i int) value {
	switch x := ast.Unparen(e).(type) {
	case *ast.TypeAssertExpr:
		if t := r.Info.TypeOf(x.Type); i == 0 && types.IsInterface(t) {
			return value{expr: x.X}
		}
	case *ast.CallExpr:
		if list, ok := r.Info.TypeOf(x).(*types.Tuple); ok {
			return value{typ: list.At(i).Type(), call: x}
		}
	}
	if list, ok := r.Info.TypeOf(e).(*types.Tuple); ok { // v, ok
		return value{typ: list.At(i).Type()}
	}
	return value{}
}

// iterated returns the type of what s assigns to its key, if i is 0, or to its value.
func (r *registers) iterated(s *ast.RangeStmt, i int) types.Type {
	switch u := typeset.Core(r.Info.TypeOf(s.X)).(type) {
	case *types.Map:
		return []types.Type{u.Key(), u.Elem()}[i]
	case *types.Chan:
		return u.Elem()
	case *types.Slice:
		return []types.Type{types.Typ[types.Int], u.Elem()}[i]
	case *types.Array:
		return []types.Type{types.Typ[types.Int], u.Elem()}[i]
	case *types.Pointer:
		if a, ok := u.Elem().Underlying().(*types.Array); ok {
			return []types.Type{types.Typ[types.Int], a.Elem()}[i]
		}
	case *types.Signature: // gc makes the loop a function, and the variables its parameters
		if f, ok := u.Params().At(0).Type().Underlying().(*types.Signature); ok && i < f.Params().Len() {
			if t := f.Params().At(i).Type(); !types.IsInterface(t) {
				return t
			}
			return someType // gc may inline it
		}
	}
	return nil
}

// callsInlinable reports whether gc may inline the function that call calls. seen are the
// variables whose types are being looked for.
func (r *registers) callsInlinable(call *ast.CallExpr, seen map[*types.Var]bool) bool {
	id := marker.NameIn(marker.Unindexed(call.Fun))
	if id == nil {
		return true // a literal
	}
	switch fn := r.Info.Uses[id].(type) {
	case *types.Func:
		if r.Coroutine(fn) != nil || marker.Callee(r.Info, call).Makes() {
			return false
		}
		recv := r.methodReceiver(call)
		return recv == nil || r.concreteType(recv, seen) != nil
	case *types.Var:
		return r.bound[fn] != nil
	}
	return false
}
