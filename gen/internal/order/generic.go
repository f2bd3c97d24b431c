package order

// This file orders what is generic: calls of generic coroutines, and mentions of
// type parameters and of types that depend on them.

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// typeArgs returns the type arguments of fn, which id names, after those of its
// receiver if it is a method.
func (o *orderer) typeArgs(id *ast.Ident, fn *types.Func) (args []types.Type) {
	if recv := fn.Signature().Recv(); recv != nil {
		t := types.Unalias(recv.Type())
		if p, ok := t.(*types.Pointer); ok {
			t = types.Unalias(p.Elem())
		}
		if named, ok := t.(*types.Named); ok {
			args = slices.Collect(named.TypeArgs().Types())
		}
	}
	return slices.AppendSeq(args, o.Info.Instances[id].TypeArgs.Types())
}

// instance returns the code of arg, with the type arguments that are inferred for
// a generic function because of the parameter that it is passed to: a field
// infers nothing.
func (o *orderer) instance(arg ast.Expr) ir.Code {
	f := marker.Unindexed(arg)
	id := marker.NameIn(f)
	if _, isFunc := o.Info.Uses[id].(*types.Func); !isFunc {
		return o.code(arg)
	}
	args := o.Info.Instances[id].TypeArgs
	if args.Len() == 0 {
		return o.code(arg)
	}
	return append(o.code(f), o.fn.TypeArgCode(slices.Collect(args.Types()))...)
}

// typeName returns what becomes of id, the name of a type or its declaration, nil
// if it stays as it is: it is a type parameter by another name, or a type of the
// body that moves to package level and takes the type parameters along.
func (c *cutter) typeName(id *ast.Ident) ir.Code {
	t, declared := c.Info.Defs[id].(*types.TypeName)
	if !declared {
		t, _ = c.Info.Uses[id].(*types.TypeName)
	}
	if t == nil || c.orderer.fn == nil || len(c.fn.TypeParams) == 0 {
		return nil
	}
	for _, p := range c.fn.TypeParams {
		if p.Obj() == t && p.Name != t.Name() {
			return ir.Lit(p.Name)
		}
	}
	l := c.fn.Decl(t)
	if l == nil {
		return nil
	}
	if alias, ok := t.Type().(*types.Alias); ok && c.fn.Expand && !declared {
		code := c.fn.TypeCode(alias.Rhs())
		if call, ok := c.parent().(*ast.CallExpr); ok && c.isType(call.Fun) {
			code = append(append(ir.Lit("("), code...), ir.Text(")"))
		}
		return code
	}
	name := &ir.Name{Decl: l, Text: t.Name(), Args: ir.Lit(c.fn.TypeArgs())}
	if declared {
		name.Args = c.fn.TypeParamList()
	}
	if generic, ok := t.Type().(interface{ TypeParams() *types.TypeParamList }); ok {
		name.Own = generic.TypeParams().Len() > 0
	}
	return ir.Code{name}
}
