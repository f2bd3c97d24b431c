package order

// This file orders calls of generic coroutines, and mentions of type parameters and of types
// that depend on them.

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// typeArgs returns the type arguments of fn, which id names. If fn is a method, those of its
// receiver come first.
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

// instance returns the code of arg. If arg is a generic function whose type arguments are
// inferred from the parameter that it is passed to, instance writes them, because an
// assignment to a field infers nothing.
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

// typeName returns the code that replaces id, the name of a type or its declaration, or nil
// if id stays. It replaces a type parameter that has another name, and a type of the body,
// which has the type parameters of the function at package level.
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
