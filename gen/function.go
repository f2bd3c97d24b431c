package gen

// This file makes the ir.Func of a function from its declaration.

import (
	"go/ast"
	"go/types"
	"go/version"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// newFunc returns f without its body.
func newFunc(f *load.Func, typeNames map[string]bool) *ir.Func {
	sig := f.Obj.Signature()
	fn := &ir.Func{
		Name:     f.Decl.Name.Name,
		Async:    f.AsyncName(),
		Frame:    f.Frame,
		Obj:      f.Obj,
		Pkg:      f.Pkg.Types,
		Fset:     f.Pkg.Fset,
		Pos:      f.Decl.Pos(),
		End:      f.Decl.End(),
		Variadic: sig.Variadic(),
		Idents:   map[string][]types.Object{},
		Labels:   map[string]bool{},

		TypeNames: typeNames,
	}
	if f.Decl.Doc != nil {
		fn.Doc = f.Decl.Doc.Text()
	}
	variable := func(v *types.Var, kind ir.VarKind) *ir.Var {
		return &ir.Var{Name: v.Name(), Type: v.Type(), Obj: v, Kind: kind, Pos: v.Pos()}
	}
	if r := sig.Recv(); r != nil {
		fn.Recv = variable(r, ir.Param)
	}
	for v := range sig.Params().Variables() {
		fn.Params = append(fn.Params, variable(v, ir.Param))
	}
	for v := range sig.Results().Variables() {
		fn.Results = append(fn.Results, variable(v, ir.Result))
		fn.Named = v.Name() != ""
		fn.Fallible = load.IsError(v.Type())
	}
	ast.Inspect(f.Decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.LabeledStmt:
			fn.Labels[n.Label.Name] = true
		case *ast.Ident:
			obj := f.Pkg.Info.ObjectOf(n)
			// Fields and methods are selected, labels have a space of their own.
			switch obj := obj.(type) {
			case *types.Var:
				if obj.IsField() {
					return true
				}
			case *types.Func:
				if obj.Signature().Recv() != nil {
					return true
				}
			case *types.Label:
				return true
			}
			if !slices.Contains(fn.Idents[n.Name], obj) {
				fn.Idents[n.Name] = append(fn.Idents[n.Name], obj)
			}
		}
		return true
	})
	fn.TypeParams = typeParams(f, fn)
	fn.Expand = version.Compare(languageVersion(f.Pkg, f.File), "go1.24") < 0
	return fn
}

// perIteration reports whether loops in file have a variable per iteration.
func perIteration(p *load.Package, file *load.File) bool {
	return version.Compare(languageVersion(p, file), "go1.22") >= 0
}

// languageVersion returns the version of Go that file is written in.
func languageVersion(p *load.Package, file *load.File) string {
	v := p.Info.FileVersions[file.Syntax]
	if v == "" {
		v = p.GoVersion
	}
	if v == "" {
		return "go1.24" // nothing says that it is old
	}
	return v
}

// typeNames returns the names of the types that p declares.
func typeNames(p *load.Package) map[string]bool {
	names := map[string]bool{}
	for _, name := range p.Types.Scope().Names() {
		if _, ok := p.Types.Scope().Lookup(name).(*types.TypeName); ok {
			names[name] = true
		}
	}
	return names
}
