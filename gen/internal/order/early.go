package order

// This file decides when gc evaluates the parts of a statement, relative to its calls.
// cmd/compile/internal/walk/order.go copies some operations and some operands to
// temporaries where they stand. It leaves the others in the statement, after the calls.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

// An operand is an operand of an expression or a statement, with the use of its value.
type operand struct {
	expr ast.Expr
	to   types.Type // the type that the operand is converted to, or nil
	// keyOf is the map of which the operand is a key, or nil.
	keyOf  *types.Map
	called bool // the operand is the function of a call
	bound  bool // gc copies the operand unless it is a name, like the indexes of a slice expression
	early  bool // gc always copies the operand
	set    bool // the operand is assigned to
	// compared: the operand is one of two structs or arrays that are compared.
	compared bool
}

// isEvent reports whether gc evaluates e in order with calls, at the place where e stands.
// The operands of e do not count.
func (o *orderer) isEvent(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.CallExpr:
		if o.isType(x.Fun) {
			// gc evaluates []byte(s) where it stands, and string(b) late.
			return typeset.Any(o.Info.TypeOf(x.Fun), isSlice) && typeset.Any(o.Info.TypeOf(x.Args[0]), isString)
		}
		if sel, ok := ast.Unparen(x.Fun).(*ast.SelectorExpr); ok {
			_, isBuiltin := o.Info.Uses[sel.Sel].(*types.Builtin)
			return !isBuiltin // unsafe.Slice and the like
		}
		return true
	case *ast.BinaryExpr:
		return x.Op == token.LAND || x.Op == token.LOR
	case *ast.UnaryExpr:
		return x.Op == token.ARROW
	case *ast.TypeAssertExpr:
		return x.Type != nil && !typeset.IsDirect(o.Info.TypeOf(x.Type))
	case *ast.SliceExpr:
		return true
	case *ast.CompositeLit:
		return isMap(o.Info.TypeOf(x)) // gc makes a map entry by entry
	case *ast.IndexExpr:
		// The key of m[string(b)] shares the bytes of b, so gc reads the map at once.
		return isMap(o.Info.TypeOf(x.X)) && o.sharesBytes(x.Index)
	}
	return false
}

// sharesBytes reports whether key is string(b), or a struct or array literal that contains
// string(b).
func (o *orderer) sharesBytes(key ast.Expr) bool {
	switch x := ast.Unparen(key).(type) {
	case *ast.CallExpr:
		return o.isType(x.Fun) && typeset.Any(o.Info.TypeOf(x), isString) && typeset.Any(o.Info.TypeOf(x.Args[0]), isBytes)
	case *ast.CompositeLit:
		return slices.ContainsFunc(o.operands(x), func(p operand) bool { return o.sharesBytes(p.expr) })
	}
	return false
}

// isEarly reports whether gc copies the operand p where it stands. The usual reason is
// that gc needs the address of p, to convert p to an interface or to use p as a key, and p
// has none.
func (o *orderer) isEarly(p operand) bool {
	if p.early || !p.called && o.isGenericMethodValue(p.expr) {
		return true
	}
	if _, isName := ast.Unparen(p.expr).(*ast.Ident); p.bound && !isName {
		return true
	}
	t := o.Info.TypeOf(p.expr)
	if t == nil || o.Info.Types[p.expr].IsNil() {
		return false
	}
	if _, isTuple := t.(*types.Tuple); isTuple {
		return false
	}
	hasAddress := (p.to == nil || types.Identical(p.to, t)) && o.hasAddress(p.expr)
	switch {
	case p.to == nil || !isInterface(p.to) || types.Identical(p.to, t):
	case p.keyOf != nil:
		return true
	case !isInterface(t) && typeset.ConvertsAddress(t) && !o.hasAddress(p.expr):
		return true
	}
	if p.keyOf != nil {
		switch typeset.KeyAccess(p.keyOf) {
		case typeset.ByAddress:
			return !hasAddress
		case typeset.ByCopy:
			return true
		}
	}
	return false
}

// isGenericMethodValue reports whether e is a method value whose method has type parameters
// of its own. gc makes a closure with the receiver where e stands.
func (o *orderer) isGenericMethodValue(e ast.Expr) bool {
	x, ok := marker.Unindexed(e).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	sel := o.Info.Selections[x]
	if sel == nil || sel.Kind() != types.MethodVal {
		return false
	}
	fn, ok := sel.Obj().(*types.Func)
	return ok && fn.Origin().Signature().TypeParams().Len() > 0
}

// hasAddress reports whether e is addressable for gc. A variable counts even if gc keeps it
// in a register, because then no other code can assign it.
func (o *orderer) hasAddress(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.ParenExpr:
		return o.hasAddress(x.X)
	case *ast.Ident:
		_, isVar := o.Info.Uses[x].(*types.Var)
		return isVar
	case *ast.StarExpr:
		return true
	case *ast.SelectorExpr:
		sel := o.Info.Selections[x]
		if sel == nil {
			_, isVar := o.Info.Uses[x.Sel].(*types.Var) // a variable of another package
			return isVar
		}
		return sel.Kind() == types.FieldVal && (sel.Indirect() || o.hasAddress(x.X))
	case *ast.IndexExpr:
		// If the answer depends on the type argument, the operand is read late.
		return typeset.Any(o.Info.TypeOf(x.X), func(t types.Type) bool {
			switch t.(type) {
			case *types.Slice, *types.Pointer:
				return true
			case *types.Array:
				return o.hasAddress(x.X)
			}
			return false
		})
	}
	return false
}

func isMap(t types.Type) bool {
	_, ok := typeset.Core(t).(*types.Map)
	return ok
}

// isInterface reports whether t is an interface and not a type parameter.
func isInterface(t types.Type) bool {
	_, isParam := types.Unalias(t).(*types.TypeParam)
	return !isParam && types.IsInterface(t)
}

// visitAll hoists the events of ops in order, up to the last await. If before is set, an
// await follows ops in the statement, and visitAll hoists all events.
func (o *orderer) visitAll(ops []operand, before bool) {
	last := -1
	for i, p := range ops {
		if o.open[p.expr] {
			last = i
		}
	}
	for i, p := range ops {
		if before || i <= last {
			o.visitOperand(p, before || i < last)
		}
	}
}

func (o *orderer) visitOperand(p operand, before bool) {
	switch {
	case p.set:
		o.visitAll(o.operands(ast.Unparen(p.expr)), before)
	case before && o.isEarly(p):
		if o.open[p.expr] {
			o.visit(p.expr, true)
		}
		o.snapshot(p.expr)
	default:
		o.visit(p.expr, before)
	}
}

// mapLiteral hoists from a map literal. gc makes the map entry by entry: it evaluates and
// stores an entry before it evaluates the next.
//
//	[source]   map[string]int{a: co.Must(b()), c: co.Must(d())}
//	[ordered]  v1 = await b()
//	           v2 := a
//	           v3 = await d()
//	           map[string]int{v2: v1, c: v3}
func (o *orderer) mapLiteral(x *ast.CompositeLit, before bool) {
	ops := o.operands(x)
	first, last := len(ops), -1
	for i, p := range ops {
		if o.open[p.expr] {
			first, last = min(first, i/2*2), i
		}
	}
	if last > 0 && o.hashPanics(ops[:last/2*2]) {
		o.storeEntries(x, ops, first)
		return
	}
	for i := 0; i < len(ops) && (before || i <= last); i += 2 {
		key, value := ops[i], ops[i+1]
		o.visitOperand(key, before || i < last)
		if before || i+1 <= last {
			o.visitOperand(value, before || i+1 < last)
		}
		if i+2 <= last {
			o.snapshot(value.expr)
			o.snapshot(key.expr)
		}
	}
}

// hashPanics reports whether storing one of the entries ops may panic.
func (o *orderer) hashPanics(ops []operand) bool {
	for i := 0; i < len(ops); i += 2 {
		if typeset.MayPanicCompared(ops[i].keyOf.Key()) && !o.isConst(ops[i].expr) {
			return true
		}
	}
	return false
}

// storeEntries makes the map of the literal x with the entries before index first and the
// constant entries, and then stores the other entries one by one, as gc does.
//
//	[source]   map[any]int{a: 1, b: co.Must(c())}
//	[ordered]  m := map[any]int{a: 1}
//	           v = await c()
//	           m[b] = v
func (o *orderer) storeEntries(x *ast.CompositeLit, ops []operand, first int) {
	m := o.temp("entries", o.Info.TypeOf(x), x.Pos())
	made := append(o.fn.TypeCode(m.Type), ir.Text("{"))
	entry := func(i int) ir.Code {
		return append(append(o.code(ops[i].expr), ir.Text(": ")), o.code(ops[i+1].expr)...)
	}
	var later []int
	for i := 0; i < len(ops); i += 2 {
		if i >= first && !(o.isConst(ops[i].expr) && o.isConst(ops[i+1].expr)) {
			later = append(later, i)
			continue
		}
		if i > 0 {
			made = append(made, ir.Text(", "))
		}
		made = append(made, entry(i)...)
	}
	o.emit(&ir.Define{Pos: x.Pos(), Vars: []ir.Dst{{Var: m, New: true}}, Rhs: append(made, ir.Text("}"))})
	for _, i := range later {
		o.visitAll(ops[i:i+2], false)
		store := code(m, "[", o.element(ops[i]), "] = ", o.element(ops[i+1]))
		o.emit(&ir.Plain{Pos: ops[i].expr.Pos(), Code: store})
	}
	o.subst[x] = ir.Of(m)
}

// element returns the code of p, an element of a composite literal, for a place outside the
// literal. There the element must have its type, which it may omit in the literal.
func (o *orderer) element(p operand) ir.Code {
	lit, ok := p.expr.(*ast.CompositeLit)
	if !ok || lit.Type != nil || o.subst[lit] != nil {
		return o.code(p.expr)
	}
	if t, ok := typeset.Core(p.to).(*types.Pointer); ok {
		return code("&", o.fn.TypeCode(t.Elem()), o.code(lit))
	}
	return code(o.fn.TypeCode(p.to), o.code(lit))
}

// snapshot evaluates e to a temporary, unless e is stable.
func (o *orderer) snapshot(e ast.Expr) {
	lit, isLit := ast.Unparen(e).(*ast.CompositeLit)
	if isLit && lit.Type == nil {
		for _, p := range o.operands(lit) {
			o.snapshot(p.expr)
		}
		return
	}
	if o.subst[e] == nil && !o.isStable(e) {
		o.subst[e] = o.toTemps(e)
	}
}

func isBytes(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	b, ok := typeset.Core(s.Elem()).(*types.Basic)
	return ok && b.Kind() == types.Uint8
}
