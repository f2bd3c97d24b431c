package order

// This file lists the operands of expressions.

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

// operands returns the operands of e in the order of evaluation.
func (o *orderer) operands(e ast.Expr) []operand {
	switch x := e.(type) {
	case *ast.ParenExpr:
		return []operand{{expr: x.X}}
	case *ast.BinaryExpr:
		to := o.commonType(x)
		return []operand{{expr: x.X, to: to}, {expr: x.Y, to: to}}
	case *ast.CallExpr:
		if o.isType(x.Fun) {
			return []operand{{expr: x.Args[0], to: o.Info.TypeOf(x.Fun)}}
		}
		if recv := o.methodReceiver(x); o.isCopied(recv) {
			return append([]operand{{expr: recv, early: true}}, o.args(x)...)
		}
		return append([]operand{{expr: x.Fun, called: true}}, o.args(x)...)
	case *ast.CompositeLit:
		return o.elements(x)
	case *ast.IndexExpr:
		if o.isType(x.Index) { // instantiation
			return nil
		}
		index := operand{expr: x.Index}
		if m, ok := typeset.Core(o.Info.TypeOf(x.X)).(*types.Map); ok {
			index.to, index.keyOf = m.Key(), m
		}
		return []operand{{expr: x.X}, index}
	case *ast.SelectorExpr:
		if _, ok := o.Info.Selections[x]; ok && !o.isType(x.X) {
			return []operand{{expr: x.X}}
		}
	case *ast.SliceExpr:
		ops := []operand{{expr: x.X}}
		for _, i := range []ast.Expr{x.Low, x.High, x.Max} {
			if i != nil {
				ops = append(ops, operand{expr: i, bound: true})
			}
		}
		return ops
	case *ast.StarExpr:
		return []operand{{expr: x.X}}
	case *ast.TypeAssertExpr:
		return []operand{{expr: x.X}}
	case *ast.UnaryExpr:
		return []operand{{expr: x.X}}
	}
	return nil
}

// elements returns the operands of a composite literal. For a map literal they are keys and
// values in turn.
func (o *orderer) elements(x *ast.CompositeLit) (ops []operand) {
	t := typeset.Core(o.Info.TypeOf(x))
	if p, ok := t.(*types.Pointer); ok { // the literal omits &T
		t = typeset.Core(p.Elem())
	}
	for i, e := range x.Elts {
		kv, _ := e.(*ast.KeyValueExpr)
		if kv != nil {
			e = kv.Value
		}
		switch t := t.(type) {
		case *types.Struct:
			field := t.Field(min(i, t.NumFields()-1))
			if kv != nil {
				field, _ = o.Info.Uses[kv.Key.(*ast.Ident)].(*types.Var)
			}
			ops = append(ops, operand{expr: e, to: field.Type()})
		case *types.Map:
			ops = append(ops, operand{expr: kv.Key, to: t.Key(), keyOf: t}, operand{expr: e, to: t.Elem()})
		case interface{ Elem() types.Type }:
			ops = append(ops, operand{expr: e, to: t.Elem()})
		}
	}
	return ops
}

// args returns the arguments of call.
func (o *orderer) args(call *ast.CallExpr) (ops []operand) {
	for _, a := range call.Args {
		ops = append(ops, operand{expr: a})
	}
	sig, ok := typeset.Core(o.Info.TypeOf(call.Fun)).(*types.Signature)
	if !ok {
		return ops
	}
	n := sig.Params().Len()
	for i := range ops {
		switch {
		case i < n-1 || i < n && (!sig.Variadic() || call.Ellipsis.IsValid()):
			ops[i].to = sig.Params().At(i).Type()
		case sig.Variadic():
			if s, ok := typeset.Core(sig.Params().At(n - 1).Type()).(*types.Slice); ok {
				ops[i].to = s.Elem()
			}
		}
	}
	if len(ops) == 2 && o.isBuiltin(call.Fun, "delete") {
		if m, ok := typeset.Core(o.Info.TypeOf(call.Args[0])).(*types.Map); ok {
			ops[1].to, ops[1].keyOf = m.Key(), m
		}
	}
	return ops
}

// commonType returns the type to which one of the operands of x is converted, or nil if the
// operands have the same type.
func (o *orderer) commonType(x *ast.BinaryExpr) types.Type {
	if x.Op == token.SHL || x.Op == token.SHR {
		return nil
	}
	a, b := o.Info.TypeOf(x.X), o.Info.TypeOf(x.Y)
	switch {
	case types.Identical(a, b):
		return nil
	case types.AssignableTo(a, b):
		return b
	}
	return a
}

// comparesMemory reports whether x compares structs or arrays.
func (o *orderer) comparesMemory(x *ast.BinaryExpr) bool {
	if x.Op != token.EQL && x.Op != token.NEQ || isInterface(o.Info.TypeOf(x.X)) || isInterface(o.Info.TypeOf(x.Y)) {
		return false
	}
	switch o.Info.TypeOf(x.X).Underlying().(type) {
	case *types.Struct, *types.Array:
		return true
	}
	return false
}

// converted returns exprs as operands that are converted to the types that to returns.
func converted(exprs []ast.Expr, to func(i int) types.Type) (ops []operand) {
	for i, e := range exprs {
		ops = append(ops, operand{expr: e, to: to(i)})
	}
	return ops
}
